"""Which mission serves a place, and who works there."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from missions.countries import alphabet_key, country_name
from missions.models import (
    ConsularDistrict,
    ConsularServices,
    DistrictBasis,
    ForeignMission,
    MissionClosure,
    MissionKind,
    Posting,
    PostingRole,
)

REASONS = {
    DistrictBasis.SOURCED: _("Your region belongs to the district of this mission."),
    DistrictBasis.SEAT: _("The mission is in your region."),
    DistrictBasis.WHOLE_COUNTRY: _("It is the only mission in the country."),
    DistrictBasis.CONCURRENT: _(
        "There is no mission of Kazakhstan in the country; this one is accredited to it."
    ),
    DistrictBasis.DEFAULT: _("The embassy serves the regions that no other mission serves."),
}
NOT_SETTLED = _(
    "No source says yet which mission serves your region; the embassy serves it until that is "
    "settled."
)
WHOLE_DISTRICT = _("The whole country belongs to the district of this mission.")
PASSED_OVER = _(
    "The mission of your region is not known to receive citizens now; this one serves you instead."
)
STAND_IN = _("Of the missions of Kazakhstan in the country, this one receives citizens.")
ELSEWHERE = _("It is in another country: %(city)s, %(country)s.")
NOBODY = _(
    "We know of no mission of Kazakhstan that serves this country. You can register all the same: "
    "choose the mission that is nearest to you, or the one you have used before."
)
# Details a citizen acts on; they are shown once the ministry has confirmed them.
CONTACTS = frozenset({"address", "phone", "duty_phone", "email", "website", "opening_hours"})
EMBASSY_FIRST = [
    MissionKind.EMBASSY,
    MissionKind.CONSULATE_GENERAL,
    MissionKind.CONSULATE,
    MissionKind.DIPLOMATIC_MISSION,
    MissionKind.EMBASSY_OFFICE,
    MissionKind.PERMANENT_MISSION,
]


@dataclass(frozen=True)
class MissionAnswer:
    """The mission that serves a place, and why; ``mission`` is None where none is known."""

    mission: ForeignMission | None
    reason: str


def mission_for(country: str, region_code: str = "") -> MissionAnswer:
    """The mission for a country (ISO 3166-1) and region (ISO 3166-2; empty: no region named).

    The region's row comes before the country's; a mission that receives no citizens is passed
    over, and one of which that is not known gives way to one of which it is. Where no row is left,
    another mission in the country answers.
    """
    rows = list(
        ConsularDistrict.objects.in_force()
        .filter(country=country, region_code__in={region_code, ""})
        .select_related("mission")
        .order_by("-region_code")
    )
    serving = [row for row in rows if row.mission.receives_citizens]
    if serving:
        row = min(serving, key=lambda row: _is_doubtful(row.mission))
        why = [PASSED_OVER if row is not rows[0] else _why(row), *_where(row.mission, country)]
        return MissionAnswer(row.mission, " ".join(map(str, why)))
    stand_in = _stand_in(country)
    return MissionAnswer(stand_in, str(STAND_IN if stand_in else NOBODY))


def _is_doubtful(mission: ForeignMission) -> bool:
    return mission.provides_consular_services != ConsularServices.YES


def _why(row: ConsularDistrict) -> str | Promise:
    basis = DistrictBasis(row.basis)
    if basis == DistrictBasis.SOURCED and not row.region_code:
        return WHOLE_DISTRICT
    if basis == DistrictBasis.DEFAULT and row.region_code:
        return NOT_SETTLED
    return REASONS[basis]


def _where(mission: ForeignMission, country: str) -> list[str]:
    """Where the mission is, if not in the country it serves."""
    if mission.country == country:
        return []
    return [ELSEWHERE % {"city": mission.city, "country": country_name(mission.country)}]


def _stand_in(country: str) -> ForeignMission | None:
    present = ForeignMission.objects.serving_citizens().filter(country=country)
    return min(
        present,
        key=lambda mission: (_is_doubtful(mission), EMBASSY_FIRST.index(MissionKind(mission.kind))),
        default=None,
    )


def regions_of(country: str) -> list[ConsularDistrict]:
    """The regions a person chooses from; empty where one mission serves the whole country."""
    if not country:
        return []
    rows = list(ConsularDistrict.objects.in_force().filter(country=country))
    if len({row.mission_id for row in rows}) < 2:
        return []
    named = [row for row in rows if row.region_code]
    return sorted(named, key=lambda row: alphabet_key(row.region))


@transaction.atomic
def save_mission(
    mission: ForeignMission, *, changed: set[str], contacts_confirmed: bool, actor: User
) -> ForeignMission:
    """Keep what the ministry edited from load_missions, and who confirmed the contacts.

    Confirmed contacts are the ministry's as a whole: a later load must not put an unconfirmed
    phone among them.
    """
    if not contacts_confirmed:
        mission.contact_confirmed_at = mission.contact_confirmed_by = None
    elif changed & CONTACTS or not mission.contacts_are_confirmed:
        mission.contact_confirmed_at, mission.contact_confirmed_by = timezone.now(), actor
    kept = changed | (CONTACTS if contacts_confirmed else frozenset())
    mission.edited_fields = sorted({*mission.edited_fields, *kept})
    mission.save()
    audit.record(
        actor=actor,
        action="mission.edited",
        target=mission,
        mission=mission.code,
        details={"fields": sorted(changed), "contacts_confirmed": contacts_confirmed},
    )
    return mission


@transaction.atomic
def save_district(district: ConsularDistrict, *, actor: User) -> ConsularDistrict:
    """From now on the row is the ministry's; load_missions leaves it alone."""
    district.edited = True
    district.save()
    audit.record(
        actor=actor, action="district.edited", target=district, mission=district.mission.code
    )
    return district


@transaction.atomic
def save_closure(closure: MissionClosure, *, actor: User) -> MissionClosure:
    """Announce or correct the days on which a mission is closed; the clock stands still on them."""
    closure.save()
    audit.record(actor=actor, action="closure.saved", target=closure, mission=closure.mission.code)
    return closure


@transaction.atomic
def remove_closure(closure: MissionClosure, *, actor: User) -> None:
    audit.record(
        actor=actor, action="closure.removed", target=closure, mission=closure.mission.code
    )
    closure.delete()


@transaction.atomic
def post_officer(
    *,
    user: User,
    mission: ForeignMission,
    role: PostingRole,
    starts_on: date,
    actor: User | None,
    ends_on: date | None = None,
    post: str = "",
) -> Posting:
    """Post an officer: the account becomes staff; the role's rights last as long as the posting.

    Raises IntegrityError where the same posting overlaps.
    """
    posting = Posting.objects.create(
        user=user, mission=mission, role=role, starts_on=starts_on, ends_on=ends_on, post=post
    )
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    audit.record(
        actor=actor,
        action="posting.started",
        target=posting,
        mission=mission.code,
        details={"officer": user.email, "role": role, **_days(posting)},
    )
    return posting


@transaction.atomic
def end_posting(posting: Posting, *, on: date, actor: User | None) -> Posting:
    """Set the last day of a posting: access goes with the end of that day at the mission.

    Raises IntegrityError where the day comes before the first or the posting then overlaps.
    """
    posting.ends_on = on
    posting.save(update_fields=["ends_on"])
    audit.record(
        actor=actor,
        action="posting.ended",
        target=posting,
        mission=posting.mission.code,
        details={"officer": posting.user.email, **_days(posting)},
    )
    return posting


@transaction.atomic
def name_post(posting: Posting, *, actor: User) -> Posting:
    """Correct the post as certificates to come print it; those issued keep theirs."""
    posting.save(update_fields=["post"])
    audit.record(
        actor=actor,
        action="posting.post_named",
        target=posting,
        mission=posting.mission.code,
        details={"officer": posting.user.email, "post": posting.post},
    )
    return posting


def _days(posting: Posting) -> dict[str, str]:
    return {
        "from": posting.starts_on.isoformat(),
        "until": posting.ends_on.isoformat() if posting.ends_on else "",
    }
