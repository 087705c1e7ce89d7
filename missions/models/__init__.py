from missions.models.advice import AdviceTopic, CountryAdvice
from missions.models.directory import (
    ConsularDistrict,
    ConsularServices,
    DateRange,
    DistrictBasis,
    ForeignMission,
    MissionClosure,
    MissionKind,
    Posting,
    PostingRole,
    check_timezone,
    default_working_week,
    today_at,
)

__all__ = [
    "AdviceTopic",
    "ConsularDistrict",
    "ConsularServices",
    "CountryAdvice",
    "DateRange",
    "DistrictBasis",
    "ForeignMission",
    "MissionClosure",
    "MissionKind",
    "Posting",
    "PostingRole",
    "check_timezone",
    "default_working_week",
    "today_at",
]
