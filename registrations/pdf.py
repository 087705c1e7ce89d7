"""Documents as PDF. The only module that knows the engine (typst).

Templates and drawings lie in registrations/typst, which is all the engine may read; fonts are the
ones built into it, so that the same data gives the same bytes on every machine. Each document is
tagged for screen readers (PDF/UA-1) and made for the archive (PDF/A-2a).
"""

import io
import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, cast

import segno
import typst

ROOT = Path(__file__).resolve().parent / "typst"
UNDISPLAYABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
# A compiler belongs to the thread that made it; it is kept, because making one reads all the fonts.
_compilers = threading.local()


class UnprintableText(ValueError):
    """The data hold a sign that no font of the portal has; `sign` is the first of them."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"no font has the sign {sign!r}")
        self.sign = sign


class LanguageText(TypedDict):
    """What a certificate says in one language: dates are spelled out already, or empty."""

    mission: str
    date: str
    since: str
    birth_date: str
    legal_act: str


class CertificateText(TypedDict):
    """The data of the template "certificate". Empty text leaves its line out.

    `languages` holds kk and ru, then en where asked for; `by_language` has each of them. The QR
    code is drawn from `check_address`. A `specimen` says on each page that it certifies nothing.
    """

    number: str
    date_iso: str
    register_number: str
    languages: list[str]
    name: str
    name_latin: str
    permanent: bool
    by_language: dict[str, LanguageText]
    purpose: str
    addressee: str
    text: str
    signatory_name: str
    signatory_post: str
    check_address: str
    code: str
    specimen: bool


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """The document of registrations/typst/<template>.typ filled with `data`, as PDF bytes.

    The same data give the same bytes. Raises UnprintableText where a sign cannot be printed.
    """
    filled = {key: _printable(value) for key, value in data.items()}
    if "check_address" in filled:
        filled["qr"] = qr_code(filled["check_address"])
    try:
        pdf = _compiler(template).compile(
            format="pdf",
            sys_inputs={"data": json.dumps(filled, ensure_ascii=False)},
            pdf_standards=["ua-1", "a-2a"],
        )
    except typst.TypstError as error:
        if sign := UNDISPLAYABLE.search(str(error)):
            raise UnprintableText(sign[1]) from error
        raise
    return cast(bytes, pdf)


def qr_code(text: str) -> str:
    """A QR code as SVG. Level M: still read with a seventh of it under a stamp or a fold."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", border=2, scale=4)
    return drawing.getvalue().decode()


def _compiler(template: str) -> typst.Compiler:
    made: dict[str, typst.Compiler] = _compilers.__dict__
    if template not in made:
        made[template] = typst.Compiler(
            input=str(ROOT / f"{template}.typ"), root=str(ROOT), ignore_system_fonts=True
        )
    return made[template]


def _printable(value: Any) -> Any:
    """The value with its text composed (NFC) and freed of signs that have no place on paper.

    Controls that turn the direction of writing round could make a certificate look as if it said
    something else; new lines stay.
    """
    if isinstance(value, str):
        return "".join(
            sign
            for sign in unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
            if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cn", "Cs"}
        )
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value
