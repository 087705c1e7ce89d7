from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_mailbox_address_change'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='sent_message_says_when',
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('sent', 'Sent'), ('bounced', 'Did not arrive'), ('dead', 'Given up')], default='queued', max_length=8, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at__isnull', False), ('state', 'bounced')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='sent_message_says_when'),
        ),
    ]
