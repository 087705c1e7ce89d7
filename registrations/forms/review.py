"""What an officer decides, page by page; each page is a POST that calls one service."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from registrations import law
from registrations.enums import Capacity, RefusalGround, ResidencyKind
from registrations.forms.fields import DayMonthYearField
from registrations.models import Application, ResidencyRecord
from registrations.steps import steps_of

CHECKLIST = {
    "photo": _("The photo in the document is of the person"),
    "number": _("The number and dates match the copy"),
    "citizenship": _("The person is a citizen of Kazakhstan"),
    "district": _("The place belongs to our district"),
    "readable": _("All copies can be read"),
}
PERMANENT_CHECKLIST = {"exit_permit": _("The decision allowing to leave was checked")}
REPRESENTED_CHECKLIST = {"capacity": _("The proof of representation was checked")}


class CaseForm(PageForm):
    """Carries the version of the case the officer looked at, so that a stale page is told so."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs.setdefault("initial", {})["seen_version"] = application.version
        super().__init__(*args, **kwargs)


class AskForm(CaseForm):
    heading = _("Ask the citizen")
    submit_label = _("Send the request")
    pages = forms.MultipleChoiceField(
        label=_("Which pages reopen?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select at least one page")},
    )
    text = forms.CharField(
        label=_("What is needed, in the citizen's language"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what the citizen has to do")},
    )
    answer_by = DayMonthYearField(
        label=_("Until when?"),
        name=_("The date"),
        earliest=timezone.localdate(),
        required_message=_("Enter until when the citizen may answer"),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        default = timezone.localdate() + timedelta(days=law.ANSWER_DAYS)
        kwargs["initial"] = {"answer_by": default}
        super().__init__(*args, application=application, **kwargs)
        self.fields["pages"].choices = [(step.key, step.name) for step in steps_of(application)]

    def clean_answer_by(self) -> Any:
        day = self.cleaned_data["answer_by"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("The date must be after today"), code="past")
        return day


class RegisterForm(CaseForm):
    heading = _("Register the person")
    submit_label = _("Register")
    checked = forms.MultipleChoiceField(
        label=_("Checked with my own eyes"), widget=forms.CheckboxSelectMultiple, required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind of registration"), choices=ResidencyKind, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        kwargs["initial"] = {"kind": application.kind}
        super().__init__(*args, application=application, **kwargs)
        points = dict(CHECKLIST)
        if application.kind == ResidencyKind.PERMANENT:
            points |= PERMANENT_CHECKLIST
        else:
            del self.fields["kind"]
        if application.capacity != Capacity.SELF:
            points |= REPRESENTED_CHECKLIST
        self.fields["checked"].choices = list(points.items())

    def clean_checked(self) -> list[str]:
        checked = self.cleaned_data["checked"]
        if len(checked) < len(self.fields["checked"].choices):
            raise forms.ValidationError(
                _("Check every point, or ask the citizen for what is missing"), code="open"
            )
        return checked


class RefuseForm(CaseForm):
    heading = _("Refuse")
    submit_label = _("Refuse")
    ground = forms.ChoiceField(
        label=_("On which ground?"),
        choices=RefusalGround,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the ground")},
    )
    text = forms.CharField(
        label=_("Explanation, in the citizen's language"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write why, and what the citizen can do")},
    )


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
        latest=timezone.localdate,
        too_late=_("Date of issue must be in the past"),
        required_message=_("Enter the date of issue"),
    )


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
