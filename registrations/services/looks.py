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
from registrations.models import (
    Application,
    Attachment,
    Citizen,
    RegistrationCertificate,
    ResidencyRecord,
)

# What is said of an action in the log; any other one of an officer is work on the case.
WORDS: dict[str, str | Promise] = {
    "application.viewed": _("opened your data"),
    "application.compared": _("compared your data with a similar application"),
    "attachment.viewed": _("looked at a copy of a document"),
    "certificate.printed": _("opened or printed a certificate"),
    "certificate.issued": _("issued a certificate"),
    "application.exported": _("exported your data"),
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
    by_staff = events.exclude(actor_email__in={"", *_own_addresses(citizen)})[:most]
    missions = {mission.code: mission for mission in ForeignMission.objects.all()}
    ministry = _ministry_addresses(event.actor_email for event in by_staff)
    return [
        Look(
            event.at,
            WORDS.get(event.action, WORK),
            MINISTRY
            if event.actor_email in ministry
            else str(missions.get(event.mission, event.mission)),
        )
        for event in by_staff
    ]


def _about(citizen: Citizen) -> Q:
    applications = citizen.applications.all()
    of_person = {
        "registrations.application": applications,
        "registrations.attachment": Attachment.objects.filter(application__in=applications),
        "registrations.residencyrecord": ResidencyRecord.objects.filter(citizen=citizen),
        "registrations.registrationcertificate": RegistrationCertificate.objects.filter(
            record__citizen=citizen
        ),
    }
    about = Q()
    for target_type, rows in of_person.items():
        ids = [str(public_id) for public_id in rows.values_list("public_id", flat=True)]
        about |= Q(target_type=target_type, target_id__in=ids)
    return about


def _own_addresses(citizen: Citizen) -> set[str]:
    kept_by = User.objects.filter(
        Q(citizen=citizen) | Q(represents__citizen=citizen) | Q(applications__citizen=citizen)
    )
    return set(kept_by.values_list("email", flat=True))


def _ministry_addresses(addresses: Iterable[str]) -> set[str]:
    staff = User.objects.filter(email__in=set(addresses), is_staff=True)
    return {user.email for user in staff if sees_every_mission(user)}
