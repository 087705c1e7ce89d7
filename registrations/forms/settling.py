"""What an officer answers to a registered person's request, and why an entry is closed."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from accounts.outbox import Rendered
from missions.calendar import zone
from registrations.enums import ApplicationStatus, DeregistrationGround
from registrations.forms.fields import refuse_personal_number
from registrations.forms.review import DecisionForm
from registrations.services import previews, requests


class AnswerForm(PageForm):
    """The mission's word; wanted where a request is refused or a call for help is answered."""

    heading = _("Answer")
    answer = forms.CharField(
        label=_("Answer, in the person's language"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_personal_number],
    )

    def typed(self) -> list[str]:
        """The officer's own words, so that a conflict does not swallow them."""
        answer = self.data.get("answer", "").strip()
        return [answer] if answer else []

    def demand_answer(self) -> None:
        """Say at the field that this act needs words."""
        message = _("Write the answer: the person reads it")
        self.add_error("answer", forms.ValidationError(message, code="required"))


class DeregisterForm(DecisionForm):
    to = ApplicationStatus.DEREGISTERED
    heading = _("Remove from the register")
    confirm_heading = _("Remove this person from the register?")
    confirm_label = pgettext_lazy("what the officer does", "Remove from the register")
    ground = forms.TypedChoiceField(
        label=_("On which ground?"),
        choices=DeregistrationGround,
        coerce=DeregistrationGround,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the ground")},
    )

    def clean_ground(self) -> DeregistrationGround:
        ground: DeregistrationGround = self.cleaned_data["ground"]
        notice = self.application.residency_record.departurenotices.open().first()
        own = ground == DeregistrationGround.OWN_APPLICATION
        if own and notice is not None and notice.can_be_taken_back:
            local = timezone.localtime(notice.undo_until, zone(notice.record.mission))
            raise forms.ValidationError(
                _("The person can take the application back until %(until)s: wait until then"),
                code="undo",
                params={"until": date_format(local, "DATETIME_FORMAT")},
            )
        return ground

    def decided(self) -> dict[str, Any]:
        return {"ground": self.cleaned_data["ground"], "seen_version": self.seen()}

    def consequences(self) -> list[tuple[str | Promise, str]]:
        record = self.application.residency_record
        found = [
            (_("Ground"), str(self.cleaned_data["ground"].label)),
            (_("Certificates"), gettext("all valid ones are withdrawn")),
        ]
        if waiting := requests.open_requests(record):
            names = ", ".join(request.kind_name for request in waiting)
            found.append((_("Not settled yet, ends with the entry"), names))
        insert = getattr(record, "passport_insert", None)
        if insert is not None:
            found.append((_("Passport insert"), gettext("is marked as returned")))
        return found

    def message(self) -> Rendered:
        return previews.of_removal(self.application, ground=self.cleaned_data["ground"])
