"""The last page: consent and declaration, two boxes, neither ticked beforehand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registrations.forms.base import PageForm


class SendingForm(PageForm):
    heading = _("Consent and declaration")
    submit_label = _("Send my registration")
    consent = forms.BooleanField(
        label=_("I agree that my personal data are collected and used for consular registration"),
        error_messages={"required": _("Select the box to agree, or stop here if you do not agree")},
    )
    declaration = forms.BooleanField(
        label=_(
            "I confirm that the information is true. I know that false information is a ground "
            "for refusal"
        ),
        error_messages={"required": _("Confirm that the information is true")},
    )
