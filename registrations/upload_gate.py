"""The child process that touches uploaded bytes, so that a bomb or a crash cannot hurt the portal.

Run by registrations/uploads.py as a script of its own, without Django and without the portal's
environment. It reads the file from standard input and writes one line of JSON, then the new bytes:

    python -I upload_gate.py admit <most pages>
    python -I upload_gate.py page <number, from 1> <longest side in pixels>

A picture is drawn anew and a PDF is built anew from its pages, which is what defeats a file that is
two formats at once: nothing of the original survives but what is seen.
"""

import io
import json
import resource
import sys
from typing import Any

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
MOST_PIXELS = 64_000_000
# A sheet of A4 at some 340 dots an inch: small print stays legible.
LONGEST_SIDE = 4000
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# What a page is shown by. Actions, annotations, files, scripts and metadata are all other keys.
PAGE_KEYS = {
    *("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit"),
    *("/Resources", "/Contents", "/Group"),
}


class Refused(Exception):
    """The argument is one of the codes of registrations.uploads.MESSAGES."""


def admit(content: bytes, most_pages: int) -> tuple[dict[str, Any], bytes]:
    """The header and the bytes to keep. Raises Refused."""
    if content.lstrip()[:5] == b"%PDF-":
        return rebuilt_pdf(content, most_pages)
    return redrawn_picture(content)


def redrawn_picture(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Upright pixels without metadata: PNG where something shines through, else JPEG."""
    import pillow_heif
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    pillow_heif.register_heif_opener()
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=PICTURE_FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise Refused("type") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    if picture.has_transparency_data:
        _only_pixels(picture.convert("RGBA")).save(drawn, "PNG")
        return {"content_type": "image/png", "extension": "png", "pages": 1}, drawn.getvalue()
    if picture.mode.startswith("I;16"):
        # Scanners write sixteen bits a pixel, which Pillow would cut off at white.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    _only_pixels(picture.convert("RGB")).save(drawn, "JPEG", quality=88, optimize=True)
    return {"content_type": "image/jpeg", "extension": "jpg", "pages": 1}, drawn.getvalue()


def _only_pixels(picture: Any) -> Any:
    """The picture without what else its file said: position, camera, thumbnail, profile, text."""
    picture.info = {}
    return picture


def rebuilt_pdf(content: bytes, most_pages: int) -> tuple[dict[str, Any], bytes]:
    """A new document with the looks of the old pages; what was filled in becomes plain drawing."""
    import pikepdf

    try:
        source = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    pages = len(source.pages)
    if pages == 0:
        raise Refused("broken")
    if pages > most_pages:
        raise Refused("too_many_pages")
    source.generate_appearance_streams()
    source.flatten_annotations("all")
    for found in source.objects:
        if isinstance(found, pikepdf.Stream):
            _keep_inside(found)
    rebuilt = pikepdf.new()
    for page in source.pages:
        for key in set(page.obj.keys()) - PAGE_KEYS:
            del page.obj[key]
        rebuilt.pages.append(page)
    kept = io.BytesIO()
    rebuilt.save(kept, deterministic_id=True)
    _open_pages(kept.getvalue())
    return {"content_type": "application/pdf", "extension": "pdf", "pages": pages}, kept.getvalue()


def _keep_inside(stream: Any) -> None:
    """Take away what points a stream outside itself or says something beside its content."""
    for key in (
        "/F",
        "/FFilter",
        "/FDecodeParms",
        "/OPI",
        "/Ref",
        "/Metadata",
        "/PieceInfo",
        "/AF",
    ):
        if key in stream:
            del stream[key]


def _open_pages(content: bytes) -> None:
    """Read every page as the officer's viewer will; raises where one cannot be shown."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for page in document:
        page.get_size()


def page_picture(content: bytes, number: int, longest_side: int) -> tuple[dict[str, Any], bytes]:
    """One page of a stored PDF as JPEG, white where it is bare."""
    import pypdfium2

    page = pypdfium2.PdfDocument(content)[number - 1]
    picture = page.render(scale=longest_side / max(page.get_size())).to_pil()
    drawn = io.BytesIO()
    picture.convert("RGB").save(drawn, "JPEG", quality=85)
    return {"content_type": "image/jpeg"}, drawn.getvalue()


def main(arguments: list[str]) -> None:
    """Answer on standard output. Whatever goes wrong with the bytes is a broken file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    drawn = b""
    try:
        if arguments[0] == "admit":
            header, drawn = admit(content, int(arguments[1]))
        else:
            header, drawn = page_picture(content, int(arguments[1]), int(arguments[2]))
    except Refused as refused:
        header = {"refused": str(refused)}
    except Exception:
        header = {"refused": "broken"}
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + drawn)


if __name__ == "__main__":
    main(sys.argv[1:])
