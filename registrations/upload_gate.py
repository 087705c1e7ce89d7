"""The child process that opens what strangers send: images drawn anew, PDFs rebuilt.

It knows neither Django nor the database and runs under limits of time and memory, so that a
hostile file can harm nothing but this process. Bytes come in and go out over standard streams:
first a line of JSON, then the content.
"""

import io
import json
import resource
import sys
from typing import Any

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3000
MOST_PAGES = 20
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# What a page of a PDF is shown by. Actions, notes, files, metadata are all under other keys.
PAGE_KEYS = {
    *("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit"),
    *("/Resources", "/Contents", "/Group"),
}
# What points a stream at a file outside, or says something beside its content.
STREAM_KEYS = ("/F", "/FFilter", "/FDecodeParms", "/OPI", "/Ref", "/Metadata", "/PieceInfo", "/AF")
PAGE_WIDTH = 1400


class Refused(Exception):
    """``args[0]`` is the code that registrations.uploads has a sentence for."""


def redraw_image(content: bytes) -> tuple[bytes, dict]:
    """JPEG without any metadata, upright, at most LONGEST_SIDE pixels long."""
    from PIL import Image, ImageOps, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=IMAGE_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("too_many_pixels")
            upright = _on_white(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise Refused("type") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    drawn = io.BytesIO()
    clean.save(drawn, "JPEG", quality=88)
    return drawn.getvalue(), {"content_type": "image/jpeg", "extension": "jpg", "pages": 1}


def _on_white(picture: Any) -> Any:
    """The picture in RGB as it looks on paper: what is transparent would else turn black."""
    from PIL import Image

    if not picture.has_transparency_data:
        if picture.mode.startswith("I;16"):
            # Scanners write sixteen bits a pixel, which Pillow would cut off at white.
            picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper.convert("RGB")


def rebuild_pdf(content: bytes) -> tuple[bytes, dict]:
    """The pages alone in a new file: no scripts, forms, attachments or actions.

    What was filled into a form, and notes on a page, become plain drawing first.
    """
    import pikepdf

    try:
        source = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    if source.is_encrypted:
        raise Refused("password")
    if not len(source.pages):
        raise Refused("broken")
    if len(source.pages) > MOST_PAGES:
        raise Refused("too_many_pages")
    source.generate_appearance_streams()
    source.flatten_annotations("all")
    for found in source.objects:
        if isinstance(found, pikepdf.Stream):
            _drop(found, set(STREAM_KEYS) & set(found.keys()))
    rebuilt = pikepdf.new()
    for page in source.pages:
        _drop(page.obj, set(page.obj.keys()) - PAGE_KEYS)
        rebuilt.pages.append(page)
    written = io.BytesIO()
    rebuilt.save(written, compress_streams=True, deterministic_id=True)
    _read_pages(written.getvalue())
    pages = len(rebuilt.pages)
    return written.getvalue(), {
        "content_type": "application/pdf",
        "extension": "pdf",
        "pages": pages,
    }


def _drop(item: Any, keys: set[str]) -> None:
    for key in keys:
        del item[key]


def _read_pages(content: bytes) -> None:
    """Open every page as the officer's viewer will; raises where one cannot be shown."""
    import pypdfium2

    for page in pypdfium2.PdfDocument(content):
        page.get_size()


def draw_page(content: bytes, number: int) -> tuple[bytes, dict]:
    """One page of a stored PDF, counted from 0, as a picture."""
    import pypdfium2

    if number < 0:
        raise Refused("broken")
    page = pypdfium2.PdfDocument(content)[number]
    picture = page.render(scale=min(4, PAGE_WIDTH / page.get_width())).to_pil().convert("RGB")
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=85)
    return drawn.getvalue(), {"content_type": "image/jpeg"}


def admit(content: bytes) -> tuple[bytes, dict]:
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return rebuild_pdf(content)
    known = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    heif = content[4:8] == b"ftyp"
    if content.startswith(known) or webp or heif:
        return redraw_image(content)
    raise Refused("type")


def main() -> None:
    """Answer one task. Whatever else goes wrong with the bytes is a broken file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    task = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        if task["do"] == "admit":
            result, facts = admit(content)
        else:
            result, facts = draw_page(content, task["page"])
    except Refused as refused:
        result, facts = b"", {"refused": refused.args[0]}
    except MemoryError:
        result, facts = b"", {"refused": "too_many_pixels"}
    except Exception:
        result, facts = b"", {"refused": "broken"}
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + result)


if __name__ == "__main__":
    main()
