"""The officer's word on a change of an email address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from registrations.forms.fields import refuse_personal_number


class ConfirmAddressForm(PageForm):
    heading = _("Confirm the person")
    submit_label = _("Change the address")
    seen = forms.BooleanField(
        label=_("I saw the document, and it is the person"),
        error_messages={"required": _("Confirm only when you have seen the document")},
    )


class RefuseAddressForm(PageForm):
    heading = _("Refuse the change of email address")
    submit_label = _("Refuse")
    reason = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_personal_number],
        help_text=_("The person reads it who asked while signed in to the account."),
        error_messages={"required": _("Write why the change is refused")},
    )
