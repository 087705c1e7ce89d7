"""Which mission serves a place, and who works there."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from accounts.roles import HEAD, OFFICER, grant, revoke
from missions.models import (
    ConsularDistrict,
    ConsularServices,
    DistrictBasis,
    ForeignMission,
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
ROLE_OF_POSTING = {PostingRole.OFFICER: OFFICER, PostingRole.HEAD: HEAD}


@dataclass(frozen=True)
class MissionAnswer:
    """The mission that serves a place, and why; ``mission`` is None where none is known."""

    mission: ForeignMission | None
    reason: str


def mission_for(country: str, region_code: str = "") -> MissionAnswer:
    """The mission for a country (ISO 3166-1) and region (ISO 3166-2; empty: no region named)."""
    districts = ConsularDistrict.objects.filter(
        country=country, region_code__in={region_code, ""}, mission__is_open=True
    ).exclude(mission__provides_consular_services=ConsularServices.NO)
    district = districts.select_related("mission").order_by("-region_code").first()
    if district is None:
        return MissionAnswer(
            None, str(_("No mission is known for this country; the ministry helps you."))
        )
    return MissionAnswer(district.mission, str(REASONS[DistrictBasis(district.basis)]))


def regions_of(country: str) -> list[ConsularDistrict]:
    """The regions a person chooses from; empty where one mission serves the whole country."""
    if not country:
        return []
    named = ConsularDistrict.objects.filter(country=country).exclude(region_code="")
    missions = set(
        ConsularDistrict.objects.filter(country=country).values_list("mission", flat=True)
    )
    return sorted(named, key=lambda district: district.region) if len(missions) > 1 else []


@transaction.atomic
def post_officer(
    *,
    user: User,
    mission: ForeignMission,
    role: PostingRole,
    starts_on: date,
    actor: User | None,
    post: str = "",
) -> Posting:
    """Post an officer: the account becomes staff with the role's rights.

    Raises IntegrityError where the same posting overlaps.
    """
    posting = Posting.objects.create(
        user=user, mission=mission, role=role, starts_on=starts_on, post=post
    )
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    grant(user, ROLE_OF_POSTING[role])
    audit.record(
        actor=actor,
        action="posting.started",
        target=posting,
        mission=mission.code,
        details={"officer": user.email, "role": role, "from": starts_on.isoformat()},
    )
    return posting


@transaction.atomic
def end_posting(posting: Posting, *, on: date, actor: User | None) -> Posting:
    """End a posting; rights that no other posting gives are taken back once the day is past."""
    posting.ends_on = on
    posting.save()
    still = posting.user.postings.current(max(on, timezone.localdate())).exclude(pk=posting.pk)
    if on < timezone.localdate() and not still.filter(role=posting.role).exists():
        revoke(posting.user, ROLE_OF_POSTING[PostingRole(posting.role)])
    audit.record(
        actor=actor,
        action="posting.ended",
        target=posting,
        mission=posting.mission.code,
        details={"officer": posting.user.email, "until": on.isoformat()},
    )
    return posting
