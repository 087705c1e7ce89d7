"""Phone numbers: typed in any way, dialled in one."""

import re

import phonenumbers


def e164(typed: str) -> str:
    """The number as the network dials it; empty where it has no country code or cannot be one."""
    # "+49 (0)151": the zero in brackets is dialled inside the country only.
    dialled = re.sub(r"^00", "+", typed.replace("(0)", ""))
    try:
        number = phonenumbers.parse(dialled, None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
