"""Names in two scripts: folded for search, suggested in Latin letters.

A name is stored as it was typed. What is made here is only ever compared or suggested.
"""

import re
import unicodedata

KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
CYRILLIC = frozenset(KAZAKH_ALPHABET)
APOSTROPHES = "'’ʼ‘`´"
BETWEEN_LETTERS = frozenset(" -" + APOSTROPHES)

# Both scripts land on one key: Жанболат, Zhanbolat and Janbolat are one name to the search.
_TO_KEY = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufie", strict=True)),
        "ә": "a",
        "ғ": "g",
        "ё": "e",
        "ж": "j",
        "й": "i",
        "қ": "k",
        "ң": "n",
        "ө": "o",
        "ұ": "u",
        "ү": "u",
        "х": "h",
        "һ": "h",
        "ц": "c",
        "ч": "q",
        "ш": "x",
        "щ": "x",
        "ъ": "",
        "ь": "",
        "і": "i",
        "ю": "iu",
        "я": "ia",
    }
)
# Latin spellings of one Cyrillic letter. Replaced in one pass, the longest first, so that what
# one rule makes is never read by another: the «kh» of Askhat is not the «sh» of Шахат.
_LATIN_SPELLINGS = {
    "shch": "x",
    "sch": "x",
    "dzh": "j",
    "zh": "j",
    "kh": "h",
    "gh": "g",
    "ts": "c",
    "tc": "c",
    "ch": "q",
    "sh": "x",
    "yu": "iu",
    "ya": "ia",
    "yo": "e",
    "ye": "e",
    "c": "k",
    "w": "v",
    "x": "ks",
    "y": "i",
}
_LATIN_SPELLING = re.compile("|".join(sorted(_LATIN_SPELLINGS, key=len, reverse=True)))
# One sound in either script, once both are in the letters of the key.
_SAME_SOUND = (("dj", "j"), ("ng", "n"), ("ii", "i"), ("ei", "i"))
_LATIN_PLAIN = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "a", "q": "k"}
)
_PASSPORT_SPELLING = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфыэ", "ABVGDEZIKLMNOPRSTUFYE", strict=True)),
        "ә": "A",
        "ғ": "G",
        "ё": "YO",
        "ж": "ZH",
        "й": "Y",
        "қ": "K",
        "ң": "N",
        "ө": "O",
        "ұ": "U",
        "ү": "U",
        "х": "KH",
        "һ": "H",
        "ц": "TS",
        "ч": "CH",
        "ш": "SH",
        "щ": "SHCH",
        "ъ": "",
        "ь": "",
        "і": "I",
        "ю": "YU",
        "я": "YA",
    }
)
_FIRST_OR_AFTER_VOWEL = re.compile("(?<![^аәеёиоөуұүыіэюяъь\\W])е")


def _plain(text: str) -> str:
    """Lower case, one kind of space, no hyphens or apostrophes inside."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    text = re.sub(f"[{re.escape(APOSTROPHES)}]", "", text)
    return " ".join(re.sub(r"[-–—,.]", " ", text).split())


def fold(text: str) -> str:
    """One Latin-like key for a name in either script, for search and for finding duplicates.

    >>> fold("Ұлжан") == fold("Улжан") == fold("ulzhan")
    True
    """
    return " ".join(_fold_word(word) for word in _plain(text).split())


def _fold_word(word: str) -> str:
    if any(character in CYRILLIC for character in word):
        key = word.translate(_TO_KEY)
    else:
        key = word.translate(_LATIN_PLAIN)
        decomposed = unicodedata.normalize("NFD", key)
        key = "".join(c for c in decomposed if not unicodedata.combining(c))
        key = _LATIN_SPELLING.sub(lambda found: _LATIN_SPELLINGS[found[0]], key)
    for spelling, sound in _SAME_SOUND:
        key = key.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", key)


def suggest_latin(cyrillic: str) -> str:
    """How a passport often spells the name; people may have another spelling, so only a hint.

    «Е» is YE at the start of a word and after a vowel: Ерлан is YERLAN, Назарбаев NAZARBAYEV.
    """
    lowered = unicodedata.normalize("NFC", cyrillic).casefold()
    return _FIRST_OR_AFTER_VOWEL.sub("YE", lowered).translate(_PASSPORT_SPELLING).upper()


def is_cyrillic(text: str) -> bool:
    """Only letters of the Kazakh and Russian alphabets, hyphen, apostrophe and space."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return all(character in CYRILLIC or character in BETWEEN_LETTERS for character in lowered)


def is_latin(text: str) -> bool:
    """Only Latin letters (with any mark), hyphen, apostrophe and space."""
    return all(
        character in BETWEEN_LETTERS or unicodedata.name(character, "").startswith("LATIN ")
        for character in unicodedata.normalize("NFC", text)
    )


def mixes_scripts(text: str) -> bool:
    """A word with letters of both scripts: a look-alike letter that the eye does not see."""
    for word in re.split(r"[\s\-]+", text):
        scripts = {unicodedata.name(character, "").split(" ")[0] for character in word}
        if {"LATIN", "CYRILLIC"} <= scripts:
            return True
    return False
