"""Who looked at a person's data: read from the log, for the person to see.

The person learns when, where and what was done; an officer's name stays with the mission.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.scoping import sees_every_mission
from missions.models import ForeignMission
from registrations.models import Application, Citizen
from registrations.services import holdings
from registrations.services.representation import accounts_of

# What is said of an action in the log; any other one of an officer is work on the case.
WORDS: dict[str, str | Promise] = {
    "application.viewed": _("opened your data"),
    "application.compared": _("compared your data with a similar application"),
    "attachment.viewed": _("looked at a copy of a document"),
    "certificate.printed": _("opened or printed a certificate"),
    "certificate.issued": _("issued a certificate"),
    "application.exported": _("exported your data"),
    "address_change.viewed": _("looked at your change of the email address"),
    "helprequest.taken": _("took up your request for help"),
    "helprequest.done": _("answered your request for help"),
    "changerequest.done": _("accepted your change"),
    "changerequest.refused": _("refused your change"),
    "certificaterequest.done": _("answered your application for a certificate"),
    "certificaterequest.refused": _("answered your application for a certificate"),
    "departurenotice.done": _("answered your application to leave the register"),
    "departurenotice.refused": _("answered your application to leave the register"),
}
WORK = _("worked on your case")
MINISTRY = _("Ministry of Foreign Affairs of the Republic of Kazakhstan")


@dataclass(frozen=True)
class Look:
    """One entry of the log: when, what was done, and by which mission or the ministry."""

    at: datetime
    done: str | Promise
    where: str | Promise


def log(case: Application, *, actor: User) -> None:
    """The actor was shown the case, on whatever page."""
    audit.record(
        actor=actor,
        action="application.viewed",
        target=case,
        mission=case.mission.code if case.mission else "",
    )


def log_comparison(case: Application, others: Iterable[Application], *, actor: User) -> None:
    """The others were named to the actor beside the case: their people may know who asked."""
    for other in others:
        audit.record(
            actor=actor,
            action="application.compared",
            target=other,
            mission=case.mission.code if case.mission else "",
            details={"with": case.reference},
        )


def looks_at(citizen: Citizen, *, most: int = 500) -> list[Look]:
    """The newest first; what the person or the representatives did themselves is left out."""
    events = AuditEvent.objects.filter(_about(citizen)).order_by("-id")
    by_staff = events.exclude(_by_themselves(citizen))[:most]
    missions = {mission.code: mission for mission in ForeignMission.objects.all()}
    ministry = _ministry_addresses(event.actor_email for event in by_staff)
    return [
        Look(
            event.at,
            WORDS.get(event.action, WORK),
            MINISTRY if event.actor_email in ministry else _where(event.mission, missions),
        )
        for event in by_staff
    ]


def _where(code: str, missions: dict[str, ForeignMission]) -> str:
    """Which mission, in as few words as tell it from the others."""
    mission = missions.get(code)
    return f"{mission.get_kind_display()}, {mission.city}" if mission else code


def _about(citizen: Citizen) -> Q:
    """Events of every kind of row that is about the person, and of a change of the address."""
    whose: list[tuple[holdings.Kind, Citizen | User]] = [
        (kind, citizen) for kind in holdings.OF_PERSON if hasattr(kind.model, "public_id")
    ]
    if citizen.account is not None:
        whose.append((holdings.ADDRESS_CHANGES, citizen.account))
    about = Q()
    for kind, one in whose:
        ids = [str(public_id) for public_id in kind.rows(one).values_list("public_id", flat=True)]
        about |= Q(target_type=kind.model._meta.label_lower, target_id__in=ids)
    return about


def _by_themselves(citizen: Citizen) -> Q:
    """The portal's own work and the accounts', under the address each had at the time.

    Of a representative only until the term ended: what an officer who was one sees afterwards is
    a look like any other.
    """
    ended = dict(citizen.representatives.exclude(ends_at=None).values_list("user", "ends_at"))
    own = Q(actor_email="")
    for account in accounts_of(citizen):
        by_account = Q(actor_email=account.email)
        for change in account.address_changes.exclude(done_at=None):
            by_account |= Q(actor_email=change.old_email, at__lte=change.done_at)
        if until := ended.get(account.pk):
            by_account &= Q(at__lt=until)
        own |= by_account
    return own


def _ministry_addresses(addresses: Iterable[str]) -> set[str]:
    staff = User.objects.filter(email__in=set(addresses), is_staff=True)
    return {user.email for user in staff if sees_every_mission(user)}
