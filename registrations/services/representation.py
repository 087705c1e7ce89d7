"""Who acts for a child, who has seen the proof, and when it ends: at the mission's midnight with
which 18 is reached."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions.calendar import zone
from missions.models import ForeignMission
from registrations import law
from registrations.enums import Capacity
from registrations.models import Application, Citizen, LegalRepresentative

# The point of the officer's checklist that says the proof of representation was seen.
PROOF_CHECKED = "capacity"


def birthday(born: date, age: int) -> date:
    """The day with which the age is reached; born on 29 February, on 1 March of common years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def age_on(born: date, day: date) -> int:
    """Full years on the day."""
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def comes_of_age_at(born: date, mission: ForeignMission) -> datetime:
    """The midnight, in the mission's time zone, with which the adult age is reached.

    In UTC, since a midnight that the clocks skip or pass twice compares with nothing in its zone.
    """
    midnight = datetime.combine(birthday(born, law.ADULT_AGE), time.min, tzinfo=zone(mission))
    return midnight.astimezone(UTC)


def set_term(citizen: Citizen, mission: ForeignMission) -> None:
    """Let each representation that began while the person was a child end with childhood.

    Called whenever mission or birth date are settled: by a page, on submission, where answers are
    put back, on registration, transfer and an accepted change. A representation begun for an adult
    has no such end.
    """
    if citizen.birth_date is None:
        return
    ends_at = comes_of_age_at(citizen.birth_date, mission)
    for representation in citizen.representatives.all():
        began_as_child = representation.began_at < ends_at
        term = ends_at if began_as_child else None
        if representation.ends_at != term:
            representation.ends_at = term
            representation.save(update_fields=["ends_at"])


def set_term_of(application: Application) -> None:
    """The same by the clock of the application's mission, once it has one; a move counts by the
    mission that has the entry until the new one decides."""
    left = application.entry_to_leave
    mission = left.mission if left is not None else application.mission
    if mission is not None:
        set_term(application.citizen, mission)


def capacity_of(actor: User, citizen: Citizen) -> Capacity:
    """In what capacity the actor looks after the person's entry now.

    Raises LegalRepresentative.DoesNotExist for somebody who does not.
    """
    if citizen.account_id == actor.pk:
        return Capacity.SELF
    return Capacity(citizen.representatives.acting(actor).get().capacity)


def accounts_of(citizen: Citizen) -> QuerySet[User]:
    """Who keeps or kept the person's entry: the own account, representatives, applicants."""
    return User.objects.filter(
        Q(citizen=citizen) | Q(represents__citizen=citizen) | Q(applications__citizen=citizen)
    ).distinct()


def sent_to_keepers(citizen: Citizen) -> Q:
    """Of messages under the person's numbers: not those that officers get, a call for help."""
    return Q(user=None) | Q(user__is_staff=False) | Q(user__in=accounts_of(citizen))


def outgrown(account: User) -> list[Application]:
    """The applications under way of those whom the account represented until they came of age."""
    ended = account.represents.filter(ends_at__lte=timezone.now()).values("citizen")
    under_way = Application.objects.filter(citizen__in=ended, citizen__account=None).open()
    return list(under_way.select_related("citizen", "mission").order_by("-created_at"))


def has_outgrown(account: User, **person: Any) -> bool:
    """Whether the account represented the person who is so described until that one came of age."""
    ended = account.represents.filter(ends_at__lte=timezone.now()).values("citizen")
    return bool(Citizen.objects.filter(pk__in=ended, **person).exists())


@transaction.atomic
def confirm_representation(application: Application, *, actor: User) -> LegalRepresentative | None:
    """Note that the officer saw the proof that the applicant represents the person.

    The first confirmation stands; None where the applicant does not represent the person now.
    """
    representative: LegalRepresentative | None = (
        application.citizen.representatives.acting(application.applicant)
        .select_for_update(no_key=True)
        .first()
    )
    if representative is None or representative.confirmed_at is not None:
        return representative
    representative.confirmed_at = timezone.now()
    representative.confirmed_by = actor
    representative.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record(
        actor=actor,
        action="representative.confirmed",
        target=representative,
        mission=application.mission.code if application.mission else "",
        details={"application": application.reference},
    )
    return representative
