"""A passport insert can only stand on a permanent record: the pair (record, kind) is the key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registrations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(
                "ALTER TABLE registrations_passportinsert "
                "ADD CONSTRAINT insert_only_on_permanent_record "
                "FOREIGN KEY (record_id, record_kind) "
                "REFERENCES registrations_residencyrecord (id, kind)"
            ),
            reverse_sql=(
                "ALTER TABLE registrations_passportinsert "
                "DROP CONSTRAINT insert_only_on_permanent_record"
            ),
        )
    ]
