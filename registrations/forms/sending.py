"""The last page: consent and declaration, two boxes, neither ticked beforehand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registrations.enums import Capacity
from registrations.forms.base import PageForm
from registrations.models import Application


class SendingForm(PageForm):
    """Whoever represents the person consents in that person's place, and is asked so."""

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

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if application.capacity != Capacity.SELF:
            self.fields["consent"].label = _(
                "As the legal representative I agree that the personal data of the person are "
                "collected and used for consular registration"
            )
