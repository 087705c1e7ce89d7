"""The kinds of request: what each says to the officer, and what the officer can do about it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from missions.calendar import zone
from registrations.admin.requests import REFUSE, Act, Facts, RequestAdmin
from registrations.answers import rows_of
from registrations.enums import (
    APPLICANT,
    REASON_OF_ANOTHER,
    Capacity,
    LeavingReason,
    ResidencyKind,
)
from registrations.models import (
    CertificateRequest,
    ChangeRequest,
    DepartureNotice,
    HelpRequest,
)
from registrations.services import (
    certificate_requests,
    changes,
    departures,
    help_requests,
    requests,
)
from registrations.steps import STEP_BY_KEY


@admin.register(ChangeRequest)
class ChangeRequestAdmin(RequestAdmin):
    acts = (
        Act(
            "accept",
            gettext_lazy("Accept the change"),
            gettext_lazy("The change is in the register; the person is told."),
        ),
        REFUSE,
    )

    def about(self, found: ChangeRequest) -> str:
        return str(STEP_BY_KEY[found.page].name)

    def facts(self, found: ChangeRequest) -> Facts:
        temporary = found.record.kind == ResidencyKind.TEMPORARY
        becomes = _("the registration becomes permanent, under the same number")
        permanent = found.is_open and found.page == changes.PERMIT and temporary
        waits = changes.waits_for_move(found)
        return [
            (_("Page"), self.about(found)),
            (_("If you accept it"), becomes if permanent else ""),
            (_("Accept the change"), requests.REFUSALS["moving"] if waits else ""),
        ]

    def open_acts(self, found: ChangeRequest) -> list[Act]:
        waits = changes.waits_for_move(found)
        return [act for act in self.acts if not waits or act.name != "accept"]

    def rows(self, found: ChangeRequest) -> list[Any]:
        return list(rows_of(STEP_BY_KEY[found.page], found.proposed, found.before))

    def copies(self, found: ChangeRequest) -> QuerySet:
        return changes.proofs_of(found) if found.is_open else found.copies.all()

    def do(self, act: str, found: ChangeRequest, *, actor: User, answer: str) -> None:
        if act == "accept":
            changes.accept(found, actor=actor)
        else:
            changes.refuse(found, actor=actor, answer=answer)


@admin.register(CertificateRequest)
class CertificateRequestAdmin(RequestAdmin):
    """The certificate itself is written on its own page, which this one leads to."""

    acts = (REFUSE,)

    def about(self, found: CertificateRequest) -> str:
        return found.purpose

    def facts(self, found: CertificateRequest) -> Facts:
        return [
            (_("In what capacity"), APPLICANT[Capacity(found.applied_as)]),
            (_("Purpose"), found.purpose),
            (_("Addressee"), found.addressee),
            (_("With English"), _("yes") if found.with_english else _("no")),
            (_("Certificate"), found.certificate or ""),
        ]

    def do(self, act: str, found: CertificateRequest, *, actor: User, answer: str) -> None:
        certificate_requests.refuse(found, actor=actor, answer=answer)


@admin.register(DepartureNotice)
class DepartureNoticeAdmin(RequestAdmin):
    acts = (
        Act(
            "close",
            gettext_lazy("Close the entry"),
            gettext_lazy("The entry is closed; the person is told."),
        ),
        REFUSE,
    )

    def about(self, found: DepartureNotice) -> str:
        return str(REASON_OF_ANOTHER[LeavingReason(found.reason)])

    def facts(self, found: DepartureNotice) -> Facts:
        local = timezone.localtime(found.undo_until, zone(found.record.mission))
        insert = getattr(found.record, "passport_insert", None)
        consent = found.is_open and departures.takes_consent_back(found)
        return [
            (_("Asked by"), found.requested_by),
            (_("Close the entry"), self._why_not_closed(found)),
            (_("Refuse"), requests.REFUSALS["consent"] if consent else ""),
            (_("Reason"), self.about(found)),
            (_("In the person's words"), found.text),
            (_("Can be taken back until"), date_format(local, "DATETIME_FORMAT")),
            (_("Insert to hand in"), insert or ""),
        ]

    @staticmethod
    def _why_not_closed(found: DepartureNotice) -> str | Promise:
        """Why the button is missing; empty where it is there, or the entry is closed."""
        if found.record.closed_at is None and not departures.asker_acts(found):
            return requests.REFUSALS["acts_no_more"]
        if found.can_be_taken_back:
            return _("Only once the person can take the application back no more.")
        return ""

    def open_acts(self, found: DepartureNotice) -> list[Act]:
        closes = found.undo_until <= timezone.now() and departures.asker_acts(found)
        offered = {"close": closes, REFUSE.name: not departures.takes_consent_back(found)}
        return [act for act in self.acts if offered[act.name]]

    def do(self, act: str, found: DepartureNotice, *, actor: User, answer: str) -> None:
        if act == "close":
            departures.close_entry(found, actor=actor)
        else:
            departures.refuse(found, actor=actor, answer=answer)


@admin.register(HelpRequest)
class HelpRequestAdmin(RequestAdmin):
    list_display = ("due", "number", "person", "about", "taken_by", "state")
    list_select_related = (*RequestAdmin.list_select_related, "taken_by")
    ordering = ("-is_urgent", "due_at", "id")
    acts = (
        Act(
            "take",
            gettext_lazy("I take care of it"),
            gettext_lazy("You take care of it now; your colleagues see that."),
        ),
        Act(
            "reply",
            gettext_lazy("Answer and close"),
            gettext_lazy("It is answered and closed; the person is told."),
            needs_words=True,
        ),
    )

    def about(self, found: HelpRequest) -> str:
        topic = found.get_topic_display()
        if not found.is_urgent:
            return topic
        return format_html('<strong class="due due--over">{}</strong> {}', _("Urgent:"), topic)

    def facts(self, found: HelpRequest) -> Facts:
        return [
            (_("Topic"), self.about(found)),
            (_("What happened"), found.text),
            (_("Where"), found.place),
            (_("Phone"), found.phone),
            (_("Taken by"), found.taken_by or ""),
        ]

    def open_acts(self, found: HelpRequest) -> list[Act]:
        return [act for act in self.acts if act.name != "take" or found.taken_by is None]

    def do(self, act: str, found: HelpRequest, *, actor: User, answer: str) -> None:
        if act == "take":
            help_requests.take(found, actor=actor)
        else:
            help_requests.answer(found, actor=actor, answer=answer)
