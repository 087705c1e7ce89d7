"""Countries by ISO 3166-1 code, named and ordered in Kazakh, Russian and English."""

import unicodedata
from functools import lru_cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

KAZAKH_ORDER = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
# The country most people of the register were born in, which CLDR has no longer.
HISTORIC = {"SU": _("Soviet Union (USSR)")}
# Where CLDR's name is not the one Kazakhstan's own papers use.
OFFICIAL = {("kk", "AZ"): "Әзербайжан"}
# What people call a country besides its name in CLDR; search knows them.
ALIASES = {
    "AE": ("БАӘ", "ОАЭ", "UAE"),
    "BY": ("Белоруссия",),
    "CN": ("ҚХР", "КНР"),
    "CZ": ("Czech Republic",),
    "DE": ("ФРГ", "Deutschland"),
    "GB": ("Англия", "Британия", "England", "Britain", "UK"),
    "KG": ("Кыргызстан", "Қырғызстан"),
    "KR": ("Корея", "Южная Корея"),
    "MD": ("Молдавия",),
    "NL": ("Голландия", "Holland"),
    "TM": ("Туркмения",),
    "TR": ("Turkey",),
    "US": ("АҚШ", "США", "Америка", "USA", "America"),
    "ZA": ("ЮАР", "ОАР"),
}
# Not countries: groupings, and territories no mission is accredited to.
NOT_COUNTRIES = frozenset(
    [
        "EU",
        "EZ",
        "UN",
        "XA",
        "XB",
        "ZZ",
        "QO",
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "IC",
        "TA",
        "BV",
        "HM",
        "AQ",
    ]
)


def country_name(code: str, language: str | None = None) -> str:
    """The country's name in ``language`` (default: the active one); the code where unknown."""
    if code in HISTORIC:
        return str(HISTORIC[code])
    spoken = (language or get_language() or "kk").split("-")[0]
    return OFFICIAL.get((spoken, code)) or Locale(spoken).territories.get(code, code)


def alphabet_key(text: str) -> tuple[int, ...]:
    """Orders Cyrillic by the Kazakh alphabet (Russian keeps its order in it), Latin by its own."""
    lowered = text.casefold()
    return tuple(
        0x10000 + KAZAKH_ORDER.index(sign) if sign in KAZAKH_ORDER else ord(sign)
        for sign in lowered
    )


@lru_cache(maxsize=8)
def _sorted_countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories
    countries = [
        (code, OFFICIAL.get((language, code), name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return tuple(sorted(countries, key=lambda country: alphabet_key(country[1])))


def check_country(code: str) -> None:
    """Raises ValidationError where no country has the code."""
    if all(code != known for known, _name in _sorted_countries("en")):
        raise ValidationError(_("No country has this ISO 3166-1 code"), code="country")


def country_choices(
    language: str | None = None, *, historic: bool = False, exclude: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """All countries in the order of the language; with the ones that are no more, if asked."""
    language = (language or get_language() or "kk").split("-")[0]
    choices = [country for country in _sorted_countries(language) if country[0] not in exclude]
    if historic:
        choices = [(code, str(name)) for code, name in HISTORIC.items()] + choices
    return choices


_FOLD = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye", strict=True)),
        "ә": "a",
        "ғ": "g",
        "ё": "e",
        "ж": "zh",
        "й": "i",
        "қ": "k",
        "ң": "n",
        "ө": "o",
        "ұ": "u",
        "ү": "u",
        "х": "h",
        "һ": "h",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sh",
        "ъ": "",
        "ь": "",
        "і": "i",
        "ю": "yu",
        "я": "ya",
        **dict.fromkeys("'’‘ʻʼ`", ""),
    }
)


def fold_place(text: str) -> str:
    """A place name for comparison across scripts, letter marks and case."""
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_FOLD))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
