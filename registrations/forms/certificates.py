"""What an officer hands out to a registered person: the passport insert and certificates."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from missions.calendar import local_date
from registrations.enums import APPLICANT, Capacity
from registrations.forms.fields import DayMonthYearField
from registrations.models import CertificateRequest, RegistrationCertificate, ResidencyRecord
from registrations.services.certificates import Wording


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

    def typed(self) -> list[str]:
        """The number, so that a conflict does not swallow it."""
        number = self.data.get("number", "")
        return [number] if number else []


class CertificateForm(PageForm):
    """The form of the certificate is free: purpose, addressee and text are the officer's.

    They are printed once, as typed, under labels in each language of the certificate.
    """

    heading = _("Issue a certificate of registration")
    submit_label = _("Continue to the preview")
    confirm_heading = _("Issue this certificate?")
    confirm_label = _("Issue the certificate")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    applied_by = forms.CharField(
        label=_("Who applied for it"),
        max_length=300,
        error_messages={"required": _("Enter who applied for the certificate")},
    )
    applied_as = forms.ChoiceField(
        label=_("In what capacity"),
        choices=list(APPLICANT.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select in what capacity")},
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        help_text=_(
            "Stands once on the paper, as you type it, for all its languages. Write it in each: "
            "Балабақша үшін / Для детского сада."
        ),
        max_length=300,
        required=False,
    )
    addressee = forms.CharField(
        label=_("Addressee"),
        help_text=_(
            "Where it will be shown: Berliner Sparkasse. Printed as you type it; left out where "
            "it is empty."
        ),
        max_length=300,
        required=False,
    )
    text = forms.CharField(
        label=_("Text"),
        help_text=_(
            "What the certificate has to say beside the facts of the register, in the languages "
            "that its reader needs. Printed as you type it, a paragraph for each line; usually "
            "empty."
        ),
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
        help_text=_("Printed as you type it, for all languages: Консул / Consul."),
        max_length=200,
        error_messages={"required": _("Enter the post of who signs")},
    )

    def __init__(self, *args: Any, record: ResidencyRecord, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = record.certificates.count()

    def clean_seen(self) -> int:
        """How many certificates the page knew of; none where it does not say."""
        return self.cleaned_data["seen"] or 0

    def wording(self) -> Wording:
        """What the officer wrote, for a valid form."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return Wording(**said | {"applied_as": Capacity(said["applied_as"])})

    def typed(self) -> list[str]:
        """The officer's own sentences, so that a conflict does not swallow them."""
        said = [self.data.get(name, "") for name in ("purpose", "addressee", "text")]
        return [words for words in said if words]

    def consequences(
        self, *, replaces: RegistrationCertificate | None, asked: CertificateRequest | None
    ) -> list[tuple[str | Promise, str]]:
        """What will happen: label and words, for a valid form."""
        found: list[tuple[str | Promise, str]] = [
            (_("Entry in the register"), self.record.number),
            (_("Number"), gettext("the next one of the mission, given as you confirm")),
        ]
        if replaces is not None:
            found.append((_("Certificate that is withdrawn"), replaces.number))
        if asked is not None:
            found.append((_("Application for a certificate"), gettext("is answered by it")))
        return found


class RevokeForm(PageForm):
    heading = _("Withdraw the certificate")
    submit_label = _("Withdraw")
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        error_messages={"required": _("Write why the certificate is withdrawn")},
    )

    def typed(self) -> list[str]:
        """The reason, so that a conflict does not swallow it."""
        reason = self.data.get("reason", "")
        return [reason] if reason else []
