"""What an officer decides, page by page; each page is a POST that calls one service."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from accounts.models import User
from accounts.outbox import Rendered
from missions import calendar
from registrations import law
from registrations.enums import ApplicationStatus, Capacity, RefusalGround, ResidencyKind
from registrations.forms.fields import DayMonthYearField, refuse_personal_number
from registrations.models import Application, ExitPermit
from registrations.services import previews, workload
from registrations.services.closing import moves_along
from registrations.services.registering import EARLIER_ENTRY_CHECKED, earlier_entry_ended
from registrations.services.representation import PROOF_CHECKED
from registrations.services.requests import open_requests
from registrations.steps import STEP_BY_KEY, askable_again

CHECKLIST = {
    "photo": _("The photo in the document is of the person"),
    "number": _("The number and dates match the copy"),
    "citizenship": _("The person is a citizen of Kazakhstan"),
    "district": _("The place belongs to our district"),
    "readable": _("All copies can be read"),
}
PERMANENT_CHECKLIST = {"exit_permit": _("The decision allowing to leave was checked")}
REPRESENTED_CHECKLIST = {PROOF_CHECKED: _("The proof of representation was checked")}
MOVED_CHECKLIST = {
    EARLIER_ENTRY_CHECKED: _(
        "The mission of the earlier entry was asked: the ground on which it was closed is an error"
    )
}
# An answer is not waited for longer than this.
LONGEST_WAIT = timedelta(days=365)


class CaseForm(PageForm):
    """Carries the version of the case the officer looked at, so that a stale page is told so."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs["initial"] = {
            **self.proposed(application),
            **(kwargs.get("initial") or {}),
            "seen_version": application.version,
        }
        super().__init__(*args, **kwargs)

    def proposed(self, application: Application) -> dict[str, Any]:
        """What the page shows before anything is typed."""
        return {}

    def seen(self) -> int | None:
        """The version the page was opened at: 0 where it does not say, None on a new page."""
        if not self.is_bound:
            return None
        return 0 if "seen_version" in self.errors else self.cleaned_data.get("seen_version", 0)

    def typed(self) -> list[str]:
        """The officer's own sentences, so that a conflict does not swallow them."""
        return [self.data["text"]] if self.data.get("text") else []


class TakeForm(CaseForm):
    """No page of its own: a button on the record page."""


class DecisionForm(CaseForm):
    """A decision the citizen is told of: typed, shown as it will happen, then confirmed.

    The page that asks for the confirmation carries the answers in hidden fields; nothing is kept
    in the session.
    """

    to: ClassVar[ApplicationStatus]
    confirm_heading: ClassVar[str | Promise]
    confirm_label: ClassVar[str | Promise]
    submit_label = _("Continue to the preview")

    def decided(self) -> dict[str, Any]:
        """What the service is called with, for a valid form."""
        return self.cleaned_data

    def consequences(self) -> list[tuple[str | Promise, str]]:
        """What will happen: label and words, for a valid form."""
        raise NotImplementedError

    def message(self) -> Rendered:
        """The message as the citizen will get it, for a valid form."""
        raise NotImplementedError


class AskForm(DecisionForm):
    to = ApplicationStatus.MORE_INFO
    heading = _("Ask the citizen")
    confirm_heading = _("Send this request?")
    confirm_label = _("Send the request")
    of_a_move = _(
        "The name, the birth, the IIN, the sex and the document stay as they are in the entry that "
        "moves. Ask for a better copy here; after the registration the person can ask you for a "
        "change."
    )
    pages = forms.MultipleChoiceField(
        label=_("Which pages reopen?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select at least one page")},
    )
    text = forms.CharField(
        label=_("What is needed, in the citizen's language"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[refuse_personal_number],
        error_messages={"required": _("Write what the citizen has to do")},
    )
    answer_by = DayMonthYearField(
        label=_("Until when?"),
        name=_("The date"),
        required_message=_("Enter until when the citizen may answer"),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, application=application, **kwargs)
        self.fields["pages"].choices = [
            (step.key, step.name) for step in askable_again(application)
        ]
        if application.entry_to_leave is not None:
            self.fields["pages"].help_text = self.of_a_move

    def proposed(self, application: Application) -> dict[str, Any]:
        return {"answer_by": self._today() + timedelta(days=law.ANSWER_DAYS)}

    def _today(self) -> date:
        assert self.application.mission is not None
        return calendar.local_date(self.application.mission, timezone.now())

    def clean_answer_by(self) -> date:
        day: date = self.cleaned_data["answer_by"]
        if day <= self._today():
            raise forms.ValidationError(_("The date must be after today"), code="past")
        if day > self._today() + LONGEST_WAIT:
            raise forms.ValidationError(_("The date must be within a year"), code="far")
        return day

    def consequences(self) -> list[tuple[str | Promise, str]]:
        said = self.cleaned_data
        pages = [str(STEP_BY_KEY[key].name) for key in said["pages"]]
        return [
            (_("These pages reopen"), "; ".join(pages)),
            (_("Answer by"), date_format(said["answer_by"], "DATE_FORMAT")),
            (_("The clock"), gettext("stops until the citizen answers")),
        ]

    def message(self) -> Rendered:
        said = self.cleaned_data
        return previews.of_question(
            self.application, text=said["text"], answer_by=said["answer_by"]
        )


class RegisterForm(DecisionForm):
    """The checklist beside the documents; every point is ticked before the person is entered."""

    to = ApplicationStatus.REGISTERED
    heading = pgettext_lazy("what the officer does", "Register")
    submit_label = pgettext_lazy("what the officer does", "Register")
    confirm_heading = _("Register this person?")
    confirm_label = pgettext_lazy("what the officer does", "Register")
    checked = forms.MultipleChoiceField(
        label=_("Checked with my own eyes"), widget=forms.CheckboxSelectMultiple, required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind of registration"), choices=ResidencyKind, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, application=application, **kwargs)
        points = dict(CHECKLIST)
        if application.kind == ResidencyKind.PERMANENT:
            points |= PERMANENT_CHECKLIST
        else:
            del self.fields["kind"]
        if application.capacity != Capacity.SELF:
            points |= REPRESENTED_CHECKLIST
        if earlier_entry_ended(application):
            points |= MOVED_CHECKLIST
        self.fields["checked"].choices = list(points.items())

    def proposed(self, application: Application) -> dict[str, Any]:
        return {"kind": application.kind}

    def clean_checked(self) -> list[str]:
        checked: list[str] = self.cleaned_data["checked"]
        wanted = {point for point, _words in self.fields["checked"].choices}
        if self.data.get("kind") == ResidencyKind.TEMPORARY:
            # Whose decision is no good is registered as temporary, and nobody says it is good.
            wanted -= set(PERMANENT_CHECKLIST)
        if not wanted <= set(checked):
            raise forms.ValidationError(
                _("Check every point, or ask the citizen for what is missing"), code="open"
            )
        return checked

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind == ResidencyKind.PERMANENT and self._permit() is None:
            raise forms.ValidationError(
                _("The exit permit is missing: ask the citizen for it"), code="permit"
            )
        return kind

    def clean(self) -> dict[str, Any]:
        held = self.application.citizen.residency_records.in_force().first()
        if held is not None and held != self.application.transfer_of:
            raise forms.ValidationError(
                _("The person is on the register already: %(number)s, %(mission)s"),
                code="on_register",
                params={"number": held.number, "mission": held.mission},
            )
        return self.cleaned_data

    def decided(self) -> dict[str, Any]:
        return self.cleaned_data | {"kind": self.chosen_kind}

    @property
    def chosen_kind(self) -> ResidencyKind:
        return ResidencyKind(self.cleaned_data.get("kind") or self.application.kind)

    def _permit(self) -> ExitPermit | None:
        return ExitPermit.objects.filter(citizen=self.application.citizen).first()

    def consequences(self) -> list[tuple[str | Promise, str]]:
        permit = self._permit() if self.chosen_kind == ResidencyKind.PERMANENT else None
        found = [
            (_("Mission"), str(self.application.mission)),
            (_("Kind of registration"), str(self.chosen_kind.label)),
            (_("Register number"), gettext("the next one of the mission, given as you confirm")),
        ]
        if permit is not None:
            day = date_format(permit.issued_on, "DATE_FORMAT")
            found.append((_("Decision allowing to leave"), f"{permit.number}, {day}"))
            found.append((_("Legal act"), str(law.ACT_BY_KEY[permit.legal_act].title)))
        if PROOF_CHECKED in self.cleaned_data["checked"]:
            found.append((_("Legal representative"), gettext("is confirmed by you")))
        if (left := self.application.entry_to_leave) is not None:
            found.append((_("Entry that is closed"), f"{left.number}, {left.mission}"))
            found += [
                (
                    _("Goes along") if moves_along(one) else _("Ends with the old entry"),
                    one.kind_name,
                )
                for one in open_requests(left)
            ]
        return found

    def message(self) -> Rendered:
        return previews.of_registration(self.application)


class RefuseForm(DecisionForm):
    to = ApplicationStatus.REFUSED
    heading = _("Refuse")
    confirm_heading = _("Refuse this application?")
    confirm_label = _("Refuse")
    ground = forms.TypedChoiceField(
        label=_("On which ground?"),
        choices=RefusalGround,
        coerce=RefusalGround,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the ground")},
    )
    text = forms.CharField(
        label=_("Explanation, in the citizen's language"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[refuse_personal_number],
        error_messages={"required": _("Write why, and what the citizen can do")},
    )

    def consequences(self) -> list[tuple[str | Promise, str]]:
        return [
            (_("Ground"), str(self.cleaned_data["ground"].label)),
            (_("The case"), gettext("is closed; the citizen may apply again")),
        ]

    def message(self) -> Rendered:
        said = self.cleaned_data
        return previews.of_refusal(self.application, ground=said["ground"], text=said["text"])


class AssignForm(CaseForm):
    """Give a case in work to an officer posted at its mission today."""

    heading = _("Give the case to an officer")
    submit_label = _("Give the case")
    officer = forms.ChoiceField(
        label=_("To whom?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Select an officer of the mission")
        ),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, application=application, **kwargs)
        self.colleagues = {
            str(colleague.officer.pk): colleague
            for colleague in workload.colleagues_for(application)
        }
        self.fields["officer"].choices = [
            (key, self._words(colleague)) for key, colleague in self.colleagues.items()
        ]

    @staticmethod
    def _words(colleague: workload.Colleague) -> str:
        count = colleague.in_work
        cases = ngettext("%(count)s case in work", "%(count)s cases in work", count)
        return f"{colleague.officer} ({cases % {'count': count}})"

    def chosen(self) -> User:
        return self.colleagues[self.cleaned_data["officer"]].officer
