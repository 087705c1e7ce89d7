"""The public directory of missions."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from missions import advice
from missions.calendar import HOME
from missions.countries import country_choices, country_name, fold_place
from missions.models import ForeignMission

LANGUAGES = ("kk", "ru", "en")


def _words(mission: ForeignMission) -> str:
    """Everything a person may search a mission by, folded: Франкфурт and frankfurt are one."""
    countries = {mission.country, *(district.country for district in mission.districts.all())}
    names = [country_name(code, language) for code in countries for language in LANGUAGES]
    own = [mission.city_en, mission.city_kk, mission.city_ru, mission.name_kk, mission.name_ru]
    return " ".join(fold_place(word) for word in [*names, *own, mission.name_en])


def _matching(missions: Iterable[ForeignMission], query: str) -> list[ForeignMission]:
    wanted = fold_place(query).split()
    return [mission for mission in missions if all(word in _words(mission) for word in wanted)]


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:100].replace("\x00", "")
    missions = ForeignMission.objects.filter(is_open=True).prefetch_related("districts")
    found = _matching(missions, query) if query.strip() else list(missions)
    found.sort(key=lambda mission: (mission.country_name, mission.city))
    return render(request, "missions/directory.html", {"missions": found, "query": query})


@login_not_required
@require_safe
def mission(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(ForeignMission, code=code, is_open=True)
    countries = sorted({country_name(district.country) for district in found.districts.all()})
    return render(request, "missions/mission.html", {"mission": found, "countries": countries})


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
