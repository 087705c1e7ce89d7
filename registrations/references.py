"""What people read out on the phone and type from paper: references and check codes.

The alphabet has 29 signs, none of which is taken for another (no 0 and O, no 1, I and L, no Z
beside 2, no U beside V). 29 is a prime, so one check sign computed with distinct
weights modulo 29 finds every single wrong sign and every two neighbours exchanged: the error times
a difference of weights below 29 is never a multiple of 29. The year counts too, as its two digits.
"""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
REFERENCE_SIGNS = 6
REFERENCE = re.compile(
    rf"KZ(?P<year>[0-9]{{2}})(?P<body>[{ALPHABET}]{{{REFERENCE_SIGNS}}})(?P<check>[{ALPHABET}])"
)
CODE_SIGNS = 28  # 29 to the power of 28 is above 2 to the power of 128


def check_sign(year: int, signs: str) -> str:
    """The year once, then weights 2, 3, 4 … from the left, so that neighbours weigh differently."""
    total = year + sum(ALPHABET.index(sign) * weight for weight, sign in enumerate(signs, start=2))
    return ALPHABET[total % len(ALPHABET)]


def new_reference(year: int) -> str:
    """A reference such as ``KZ26-7K4M9P-X``: random, so that it tells nobody how many there are."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_SIGNS))
    return f"KZ{year % 100:02d}-{body}-{check_sign(year % 100, body)}"


def normalize_reference(text: str) -> str:
    """The reference as it is stored, from whatever case, spaces and dashes were typed; empty
    where the check sign does not hold."""
    signs = "".join(character for character in text.upper() if character.isalnum())
    parts = REFERENCE.fullmatch(signs)
    if parts is None or check_sign(int(parts["year"]), parts["body"]) != parts["check"]:
        return ""
    return f"KZ{parts['year']}-{parts['body']}-{parts['check']}"


def new_verification_code() -> str:
    """The code on a certificate, in groups of seven: nobody guesses 128 bits."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
    return "-".join(signs[start : start + 7] for start in range(0, CODE_SIGNS, 7))


def normalize_verification_code(text: str) -> str:
    signs = "".join(character for character in text.upper() if character.isalnum())
    return "-".join(signs[start : start + 7] for start in range(0, len(signs), 7))
