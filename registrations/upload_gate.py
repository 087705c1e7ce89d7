"""The child process that opens what strangers send: images drawn anew, PDFs rebuilt.

It knows neither Django nor the database and runs under limits of time and memory, so that a
hostile file can harm nothing but this process. Bytes come in and go out over standard streams:
first a line of JSON, then the content.
"""

import io
import json
import resource
import sys

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3000
MOST_PAGES = 20
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Keys of a PDF that run something, carry another file or phone home.
ACTIVE_ROOT_KEYS = ("/OpenAction", "/AA", "/AcroForm", "/Names", "/Collection", "/JavaScript")
PAGE_WIDTH = 1400


class Refused(Exception):
    """``args[0]`` is the code that registrations.uploads has a sentence for."""


def redraw_image(content: bytes) -> tuple[bytes, dict]:
    """JPEG without any metadata, upright, at most LONGEST_SIDE pixels long."""
    from PIL import Image, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=IMAGE_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("too_many_pixels")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused("broken") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    drawn = io.BytesIO()
    clean.save(drawn, "JPEG", quality=88)
    return drawn.getvalue(), {"content_type": "image/jpeg", "extension": "jpg", "pages": 1}


def rebuild_pdf(content: bytes) -> tuple[bytes, dict]:
    """The pages alone in a new file: no scripts, forms, attachments or actions."""
    import pikepdf

    try:
        source = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except (pikepdf.PdfError, ValueError) as error:
        raise Refused("broken") from error
    if source.is_encrypted:
        raise Refused("password")
    if not len(source.pages):
        raise Refused("broken")
    if len(source.pages) > MOST_PAGES:
        raise Refused("too_many_pages")
    rebuilt = pikepdf.new()
    rebuilt.pages.extend(source.pages)
    for page in rebuilt.pages:
        for key in ("/AA", "/Annots"):
            if key in page.obj:
                del page.obj[key]
    for key in ACTIVE_ROOT_KEYS:
        if key in rebuilt.Root:
            del rebuilt.Root[key]
    written = io.BytesIO()
    rebuilt.save(written, compress_streams=True)
    pages = len(rebuilt.pages)
    return written.getvalue(), {
        "content_type": "application/pdf",
        "extension": "pdf",
        "pages": pages,
    }


def draw_page(content: bytes, number: int) -> tuple[bytes, dict]:
    """One page of a stored PDF as a picture."""
    import pypdfium2

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
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
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
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + result)


if __name__ == "__main__":
    main()
