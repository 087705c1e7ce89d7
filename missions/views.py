"""The public directory of missions."""

from dataclasses import dataclass
from itertools import groupby

from babel.dates import get_day_names
from django.contrib.auth.decorators import login_not_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from missions import advice
from missions.calendar import HOME, days_off, local_date
from missions.countries import alphabet_key, country_choices, country_name
from missions.models import ConsularDistrict, DistrictBasis, ForeignMission
from missions.search import find

DAYS_SHOWN = 60


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "")[:100].replace("\x00", "").split())
    missions = ForeignMission.objects.filter(is_open=True).prefetch_related("districts")
    found = find(missions, query)
    countries = groupby(found, key=lambda found: found.mission.country_name)
    context = {
        "query": query,
        "count": len(found),
        "countries": [(name, list(missions)) for name, missions in countries],
    }
    return render(request, "missions/directory.html", context)


@login_not_required
@require_safe
def mission(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(ForeignMission, code=code, is_open=True)
    prefetch_related_objects([found], "closures")
    today = local_date(found, timezone.now())
    context = {
        "mission": found,
        "served": _served(found),
        "week": _week(found),
        "days_off": days_off(found, today, DAYS_SHOWN),
    }
    return render(request, "missions/mission.html", context)


def _week(mission: ForeignMission) -> list[str]:
    """The working days as they are written inside a sentence."""
    names = get_day_names("wide", locale=(get_language() or "kk")[:2])
    return [names[day] for day in sorted(mission.working_week)]


@login_not_required
@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """Rights and duties in a country, and the missions that serve it."""
    if code not in dict(country_choices(exclude=(HOME,))):
        raise Http404
    context = {
        "name": country_name(code),
        "advices": advice.advice_for(code),
        "missions": advice.missions_for(code),
    }
    return render(request, "missions/country.html", context)


@dataclass(frozen=True)
class Served:
    """A country, the regions of it that are named, and whether the rest of it comes along.

    Regions that are the mission's only until somebody settles whose they are belong to the rest.
    """

    country: str
    regions: tuple[str, ...]
    rest: bool


def _served(mission: ForeignMission) -> list[Served]:
    rows = sorted(mission.districts.in_force(), key=_in_order)
    return [
        _country(code, list(of_country))
        for code, of_country in groupby(rows, key=lambda row: row.country)
    ]


def _country(code: str, rows: list[ConsularDistrict]) -> Served:
    named = [row for row in rows if row.region_code and row.basis != DistrictBasis.DEFAULT]
    regions = tuple(row.region for row in named)
    return Served(country_name(code), regions, rest=len(regions) < len(rows))


def _in_order(row: ConsularDistrict) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return alphabet_key(country_name(row.country)), alphabet_key(row.region)
