"""Finding a mission by the country or the city a person types, in any language and script."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from missions.countries import (
    ALIASES,
    alphabet_key,
    country_choices,
    country_name,
    fold_place,
)
from missions.models import ForeignMission

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True)
class Found:
    """A mission, and the countries elsewhere because of which it was found."""

    mission: ForeignMission
    also_serves: tuple[str, ...] = ()


def find(missions: Iterable[ForeignMission], query: str) -> list[Found]:
    """Missions that every typed word leads to, in the order of the page's language.

    A word leads to whatever begins with it: «Оман» is Oman, not Romania.
    """
    wanted = _words(query)
    found = [match for mission in missions if (match := _match(mission, wanted))]
    return sorted(found, key=lambda found: _order(found.mission))


def countries_named(query: str) -> list[str]:
    """The codes of the countries that every typed word leads to."""
    wanted = _words(query)
    if not wanted:
        return []
    return [code for code, _name in country_choices() if _leads(wanted, _country_words(code))]


def _match(mission: ForeignMission, wanted: list[str]) -> Found | None:
    own = _words(" ".join(_names(mission)))
    if _leads(wanted, [*own, *_country_words(mission.country)]):
        return Found(mission)
    served = {row.country for row in mission.districts.all() if row.is_in_force}
    matching = [code for code in served if _leads(wanted, [*own, *_country_words(code)])]
    if not matching:
        return None
    return Found(mission, tuple(sorted(map(country_name, matching), key=alphabet_key)))


def _names(mission: ForeignMission) -> list[str]:
    cities = [mission.city_kk, mission.city_ru, mission.city_en]
    return [*cities, mission.name_kk, mission.name_ru, mission.name_en]


@lru_cache(maxsize=512)
def _country_words(code: str) -> list[str]:
    names = [country_name(code, language) for language in LANGUAGES]
    return _words(" ".join([code, *names, *ALIASES.get(code, ())]))


def _leads(wanted: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(typed) for word in words) for typed in wanted)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold_place(text))


def _order(mission: ForeignMission) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return alphabet_key(mission.country_name), alphabet_key(mission.city)
