"""What an officer hands out to a registered person: the passport insert and certificates."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from missions.calendar import local_date
from registrations.enums import Capacity
from registrations.forms.fields import DayMonthYearField
from registrations.models import ResidencyRecord


class InsertForm(PageForm):
    heading = _("Record the passport insert")
    submit_label = _("Record")
    number = forms.CharField(
        label=_("Number of the insert"),
        max_length=40,
        error_messages={"required": _("Enter the number of the insert")},
    )
    issued_on = DayMonthYearField(
        label=_("Date of issue"),
        name=_("Date of issue"),
        too_late=_("Date of issue must be today or earlier"),
        required_message=_("Enter the date of issue"),
    )

    def __init__(self, *args: Any, record: ResidencyRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].latest = lambda: local_date(record.mission, timezone.now())


class CertificateForm(PageForm):
    """The form of the certificate is free: purpose, addressee and text are the officer's."""

    heading = _("Issue a certificate of registration")
    submit_label = _("Issue the certificate")
    applied_by = forms.CharField(
        label=_("Who applied for it"),
        max_length=300,
        error_messages={"required": _("Enter who applied for the certificate")},
    )
    applied_as = forms.ChoiceField(
        label=_("In what capacity"),
        choices=[
            (Capacity.SELF, _("The person registered")),
            (Capacity.PARENT, _("Parent")),
            (Capacity.REPRESENTATIVE, _("Legal representative")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select in what capacity")},
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=300, required=False)
    addressee = forms.CharField(label=_("Addressee"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    with_english = forms.BooleanField(label=_("With English"), required=False)
    signatory_name = forms.CharField(
        label=_("Who signs"),
        max_length=200,
        error_messages={"required": _("Enter who signs the certificate")},
    )
    signatory_post = forms.CharField(
        label=_("Post of who signs"),
        max_length=200,
        error_messages={"required": _("Enter the post of who signs")},
    )

    def __init__(self, *args: Any, record: ResidencyRecord, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, **kwargs)


class RevokeForm(PageForm):
    heading = _("Withdraw the certificate")
    submit_label = _("Withdraw")
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        error_messages={"required": _("Write why the certificate is withdrawn")},
    )
