"""Changes of an email address that wait for an officer: whose they are, and his word."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import address_review
from accounts.models import AddressChange, SecondWay, User
from accounts.scoping import sees_every_mission
from missions.models import ForeignMission
from registrations.enums import LIVE_STATUSES
from registrations.models import Application, Attachment, LegalRepresentative
from registrations.models.citizens import officers_missions
from registrations.services import workload
from registrations.services.lifecycle import acts_for_citizen


class NotTheirOfficer(Exception):
    """The change is not for this person to confirm or refuse."""


def visible_to(user: User) -> QuerySet[AddressChange]:
    """Those an officer was asked to look at: where his mission is the one to answer for the
    account; the ministry: all."""
    asked = AddressChange.objects.filter(second_way=SecondWay.OFFICER, user__isnull=False)
    if sees_every_mission(user):
        return asked
    here = officers_missions(user)
    answers, none_before = Q(), Q()
    for cases in _by_precedence(OuterRef("user")):
        answers |= none_before & Q(Exists(cases.filter(mission__in=here)))
        none_before &= ~Q(Exists(cases))
    return asked.filter(answers)


def _by_precedence(account: User | F) -> list[QuerySet[Application]]:
    """The cases whose missions answer for the account: those of the first kind there is any of.

    The holder's own live case; else those of people the holder represents; else, where nobody is
    known anywhere now, any that was ever sent.
    """
    sent = Application.objects.exclude(submitted_at=None)
    alive = sent.filter(status__in=LIVE_STATUSES)
    represented = alive.filter(
        citizen__representatives__user=account,
        citizen__representatives__in=LegalRepresentative.objects.current(),
    )
    return [alive.filter(citizen__account=account), represented, _sent_from(account)]


def _sent_from(account: User | F) -> QuerySet[Application]:
    sent = Application.objects.exclude(submitted_at=None)
    return sent.filter(Q(applicant=account) | Q(citizen__account=account))


def known_among(accounts: list[int]) -> set[int]:
    """Of these accounts, the ones that some mission is to answer for."""
    known = Q()
    for cases in _by_precedence(OuterRef("pk")):
        known |= Q(Exists(cases))
    return set(User.objects.filter(known, pk__in=accounts).values_list("pk", flat=True))


def waiting_for(user: User) -> QuerySet[AddressChange]:
    """The longest waiting first."""
    waiting = visible_to(user) & AddressChange.objects.waiting()
    return waiting.order_by("new_confirmed_at", "id")


def applications_of(change: AddressChange) -> QuerySet[Application]:
    """What was sent from the account, the newest first: the cases by which the person is known."""
    assert change.user is not None
    sent = _sent_from(change.user)
    return sent.select_related("citizen", "mission").order_by("-submitted_at")


def cases_shown(change: AddressChange, *, to: User) -> QuerySet[Application]:
    """Of these, what the officer sees in the queue too; one account may hold people of several
    missions."""
    shown: QuerySet[Application] = applications_of(change).filter(pk__in=workload.cases_of(to))
    return shown


def copies_of(change: AddressChange, *, seen_by: User) -> QuerySet[Attachment]:
    """Copies of documents to compare with, as far as the officer may see them."""
    seen = Attachment.objects.visible_to(seen_by).filter(replaced_at=None)
    return seen.filter(application__in=cases_shown(change, to=seen_by)).order_by("-id")


def may_decide(actor: User, change: AddressChange) -> bool:
    """An officer posted today at the person's mission; nobody for himself or whom he represents."""
    return (
        actor.is_staff
        and actor.is_active
        and actor.has_perm("registrations.decide_application")
        and not sees_every_mission(actor)
        and change.user_id != actor.pk
        and visible_to(actor).filter(pk=change.pk).exists()
        and not any(acts_for_citizen(actor, case) for case in applications_of(change))
    )


def mission_of(actor: User, change: AddressChange) -> ForeignMission | None:
    """The officer's mission that knows the person, for the log."""
    missions = officers_missions(actor)
    case = applications_of(change).filter(mission__in=missions).first()
    return case.mission if case else None


def confirm(change: AddressChange, *, actor: User) -> AddressChange:
    """The officer saw the document. Raises NotTheirOfficer, or what address_review.confirm does."""
    return address_review.confirm(change, actor=actor, mission=_checked_mission(actor, change))


def refuse(change: AddressChange, *, actor: User, reason: str) -> AddressChange:
    """Raises NotTheirOfficer, or what address_review.refuse does."""
    mission = _checked_mission(actor, change)
    return address_review.refuse(change, actor=actor, mission=mission, reason=reason)


def _checked_mission(actor: User, change: AddressChange) -> str:
    if not may_decide(actor, change):
        raise NotTheirOfficer("for an officer of the person's mission to say")
    mission = mission_of(actor, change)
    return mission.code if mission else ""
