"""Names in two scripts: folded for search, ordered for lists, suggested in Latin letters.

A name is stored as it was typed. What is made here is only ever compared, ordered or suggested.
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
# Latin spellings of one Cyrillic letter, longest first.
_LATIN_SPELLINGS = (
    ("shch", "x"),
    ("sch", "x"),
    ("zh", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ts", "c"),
    ("tc", "c"),
    ("ch", "q"),
    ("sh", "x"),
    ("ng", "n"),
    ("yu", "iu"),
    ("ya", "ia"),
    ("yo", "e"),
    ("ye", "e"),
    ("ck", "k"),
    ("w", "v"),
    ("y", "i"),
)
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


def _plain(text: str) -> str:
    """Lower case, one kind of space, no hyphens or apostrophes inside."""
    text = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
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
        for spelling, letter in _LATIN_SPELLINGS:
            key = key.replace(spelling, letter)
    key = key.replace("ii", "i").replace("ei", "i")
    return re.sub(r"(.)\1+", r"\1", key)


def sort_key(text: str) -> str:
    """A key that orders by the Kazakh alphabet wherever it is compared byte by byte.

    PostgreSQL here has no ICU collations, so the key is stored beside the name. Letters of other
    scripts follow the Kazakh ones.
    """
    key = []
    for character in unicodedata.normalize("NFC", text).casefold():
        if character in CYRILLIC:
            key.append(chr(0x100 + KAZAKH_ALPHABET.index(character)))
        elif character == " ":
            key.append(" ")
        elif character not in BETWEEN_LETTERS:
            key.append("\u0180" + character)
    return "".join(key)


def suggest_latin(cyrillic: str) -> str:
    """How a passport often spells the name; people may have another spelling, so only a hint."""
    return unicodedata.normalize("NFC", cyrillic).casefold().translate(_PASSPORT_SPELLING).upper()


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
