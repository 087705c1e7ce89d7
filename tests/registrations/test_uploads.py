"""Hostile files, made here, against the real gate in its real child process."""

import hashlib
import io
import socketserver
import struct
import threading
import zlib

import pikepdf
import pillow_heif
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from registrations import uploads
from tests.scanner import EICAR, FakeScanner


def picture(form="JPEG", size=(60, 40), mode="RGB", color="teal", **options):
    drawn = io.BytesIO()
    Image.new(mode, size, color).save(drawn, form, **options)
    return drawn.getvalue()


def document(pages=1, **options):
    """A PDF with a word on each page."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(300, 200))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 24 Tf 20 100 Td (Page {number}) Tj ET".encode())
    prepare = options.pop("prepare", None)
    if prepare:
        prepare(pdf)
    saved = io.BytesIO()
    pdf.save(saved, **options)
    return saved.getvalue()


def admit(content, name="scan.jpg"):
    return uploads.admit(SimpleUploadedFile(name, content))


def refusal(content, name="scan.jpg"):
    with pytest.raises(uploads.UploadRefused) as caught:
        admit(content, name)
    return caught.value.code


def opened(admitted):
    return Image.open(io.BytesIO(admitted.content))


# --- Pictures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "mode", "content_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("PNG", "RGB", "image/jpeg"),
        ("PNG", "P", "image/jpeg"),
        ("PNG", "I;16", "image/jpeg"),
        ("PNG", "RGBA", "image/png"),
        ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
    ],
)
def test_picture_of_each_format_is_drawn_anew(form, mode, content_type):
    color = 0 if mode in {"P", "L", "I;16"} else (0, 0, 0, 0)[: len(mode)]
    admitted = admit(picture(form, mode=mode, color=color))
    assert (admitted.content_type, admitted.pages) == (content_type, 1)
    assert opened(admitted).size == (60, 40)
    assert admitted.sha256 == hashlib.sha256(admitted.content).hexdigest()


def test_picture_with_sixteen_bits_a_pixel_keeps_its_greys():
    shown = opened(admit(picture("PNG", mode="I;16", color=0x8000)))
    assert abs(shown.convert("L").getpixel((5, 5)) - 128) <= 2


def test_transparent_picture_stays_transparent():
    shown = opened(admit(picture("PNG", mode="RGBA", color=(0, 0, 0, 0))))
    assert shown.getpixel((5, 5))[3] == 0


def test_heic_photo_becomes_jpeg():
    saved = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(saved)
    admitted = admit(saved.getvalue(), "IMG_0001.HEIC")
    assert (admitted.content_type, admitted.extension) == ("image/jpeg", "jpg")
    assert opened(admitted).size == (64, 48)


def test_position_and_camera_are_removed_and_the_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (51.0, 8.0, 0.0)
    original = picture(exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in original
    admitted = admit(original)
    assert opened(admitted).size == (40, 60)
    assert dict(opened(admitted).getexif()) == {}
    assert b"Secret" not in admitted.content


def test_text_and_profile_of_a_png_are_removed():
    admitted = admit(picture("PNG", mode="RGBA", color=(0, 0, 0, 0), icc_profile=b"SecretProfile"))
    assert b"SecretProfile" not in admitted.content
    assert "icc_profile" not in opened(admitted).info


def test_web_page_behind_a_picture_is_gone():
    admitted = admit(picture() + b"<html><script>alert(1)</script></html>")
    assert b"<script>" not in admitted.content


def test_pdf_behind_a_picture_is_gone():
    assert b"%PDF-" not in admit(picture() + document()).content


def test_large_photo_is_made_smaller_but_stays_legible():
    assert max(opened(admit(picture(size=(6000, 3000)))).size) == 4000


def test_animation_keeps_its_first_picture():
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    saved = io.BytesIO()
    frames[0].save(saved, "WEBP", save_all=True, append_images=frames[1:])
    admitted = admit(saved.getvalue())
    assert getattr(opened(admitted), "n_frames", 1) == 1


def bomb(side):
    """A PNG of a few bytes that claims side × side pixels."""

    def chunk(kind, body):
        return (
            struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))
        )

    head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8001, 50_000, 2_000_000_000])
def test_picture_that_would_fill_the_memory_is_refused(side):
    assert refusal(bomb(side), "bomb.png") == "too_many_pixels"


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_truncated_photo_is_broken(cut):
    noise = io.BytesIO()
    Image.effect_noise((300, 300), 60).save(noise, "JPEG")
    content = noise.getvalue()
    assert refusal(content[: int(len(content) * cut)]) == "broken"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + b"\0" * 100,
        b"\0\0\0\x18ftypmp42" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b"MZ" + b"\0" * 100,
        b"%!PS-Adobe-3.0",
        b"just text",
        b"\0",
    ],
)
def test_other_formats_are_refused_whatever_they_are_called(content):
    assert refusal(content, "passport.jpg") == "type"


def test_format_outside_the_list_is_refused():
    assert {refusal(picture(form)) for form in ("GIF", "TIFF", "BMP", "ICO")} == {"type"}


# --- Size -------------------------------------------------------------------------------


def test_no_file_is_missing():
    with pytest.raises(uploads.UploadRefused) as caught:
        uploads.admit(None)
    assert caught.value.code == "missing"


def test_file_without_bytes_is_empty():
    assert refusal(b"") == "empty"


def test_ten_megabytes_are_taken_and_one_byte_more_is_not():
    content = picture()
    padded = content + b"\0" * (uploads.MOST_BYTES - len(content))
    assert admit(padded).content_type == "image/jpeg"
    assert refusal(padded + b"\0") == "too_large"


def test_file_that_hides_its_size_is_measured():
    upload = SimpleUploadedFile("scan.jpg", b"\0" * (uploads.MOST_BYTES + 1))
    upload.size = 10
    with pytest.raises(uploads.UploadRefused) as caught:
        uploads.admit(upload)
    assert caught.value.code == "too_large"


# --- PDF --------------------------------------------------------------------------------


def page_words(content):
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]


def test_pdf_keeps_its_pages():
    admitted = admit(document(pages=3), "scan.pdf")
    assert (admitted.content_type, admitted.extension, admitted.pages) == (
        "application/pdf",
        "pdf",
        3,
    )
    assert page_words(admitted.content) == ["Page 1", "Page 2", "Page 3"]


def test_size_inherited_from_the_tree_of_pages_is_kept():
    def inherit(pdf):
        pdf.Root.Pages.MediaBox = pdf.pages[0].MediaBox
        pdf.Root.Pages.Rotate = 90
        del pdf.pages[0].obj["/MediaBox"]

    admitted = admit(document(prepare=inherit))
    assert pypdfium2.PdfDocument(admitted.content)[0].get_size() == (200, 300)


def poison(pdf):
    """Everything that runs, opens, sends or hides something."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('SecretScript')")
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="SecretProgram.exe")
    address = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://SecretAddress.test")
    pdf.Root.OpenAction = pdf.make_indirect(script)
    pdf.Root.AA = pikepdf.Dictionary(WC=script)
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=["run", pdf.make_indirect(script)])
    )
    pdf.attachments["SecretFile.exe"] = b"MZ SecretContent"
    page = pdf.pages[0]
    page.AA = pikepdf.Dictionary(O=launch)
    page.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private="SecretPiece"))
    page.Annots = pdf.make_indirect(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 90, 90], A=action
            )
            for action in (script, launch, address)
        ]
    )
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=[], XFA=pdf.make_stream(b"<xdp:xdp>SecretForm</xdp:xdp>")
    )
    with pdf.open_metadata() as metadata:
        metadata["dc:title"] = "SecretTitle"


def test_scripts_actions_files_and_forms_of_a_pdf_are_gone():
    admitted = admit(document(prepare=poison, compress_streams=False))
    clean = pikepdf.open(io.BytesIO(admitted.content))
    assert set(clean.Root.keys()) == {"/Type", "/Pages"}
    assert "/Annots" not in clean.pages[0]
    everything = b"".join(
        found.read_bytes() if isinstance(found, pikepdf.Stream) else found.unparse()
        for found in clean.objects
    )
    assert b"Secret" not in everything
    assert {b"/JavaScript", b"/Launch", b"/URI", b"/XFA", b"/AA"} & set(everything.split()) == set()
    assert page_words(admitted.content) == ["Page 1"]


def test_what_was_filled_into_a_form_stays_visible():
    def fill(pdf):
        look = pdf.make_stream(b"BT /F1 12 Tf 2 5 Td (Filled in) Tj ET")
        look.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 100, 20],
                Resources=pdf.pages[0].Resources,
            )
        )
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="name",
                V="Filled in",
                F=4,
                Rect=[20, 20, 120, 40],
                AP=pikepdf.Dictionary(N=look),
            )
        )
        pdf.pages[0].Annots = [field]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])

    assert "Filled in" in page_words(admit(document(prepare=fill)).content)[0]


def test_stream_that_names_an_outside_file_is_cut_off():
    def outside(pdf):
        pdf.pages[0].Contents.F = "/etc/passwd"

    admitted = admit(document(prepare=outside, compress_streams=False))
    assert b"passwd" not in admitted.content


def test_pdf_with_a_password_is_refused():
    encryption = pikepdf.Encryption(user="secret", owner="owner")
    assert refusal(document(encryption=encryption), "scan.pdf") == "password"


def test_pdf_that_opens_without_a_password_is_freed_of_its_encryption():
    encryption = pikepdf.Encryption(user="", owner="owner")
    admitted = admit(document(encryption=encryption))
    assert not pikepdf.open(io.BytesIO(admitted.content)).is_encrypted


def test_twenty_pages_are_taken_and_one_more_is_not():
    assert admit(document(pages=20)).pages == 20
    assert refusal(document(pages=21)) == "too_many_pages"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\xff" * 5000, b"%PDF-" + b"[" * 200_000]
)
def test_pdf_that_cannot_be_read_is_broken(content):
    assert refusal(content) == "broken"


def test_pdf_without_pages_is_broken():
    assert refusal(document(pages=0)) == "broken"


def test_same_pdf_gives_the_same_bytes():
    content = document(pages=2)
    assert admit(content) == admit(content)


# --- The child process ------------------------------------------------------------------


def test_child_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(uploads, "GATE_SECONDS", 0.001)
    assert refusal(picture()) == "timeout"


def test_child_that_dies_means_a_broken_file(monkeypatch, tmp_path):
    gate = tmp_path / "gate.py"
    gate.write_text("import os; os.abort()")
    monkeypatch.setattr(uploads, "GATE", gate)
    assert refusal(picture()) == "broken"


def test_child_knows_no_secret_of_the_portal(monkeypatch, tmp_path):
    gate = tmp_path / "gate.py"
    gate.write_text(
        "import json, os; print(json.dumps({'content_type': sorted(os.environ), "
        "'extension': '', 'pages': 1}))"
    )
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    monkeypatch.setattr(uploads, "GATE", gate)
    assert "SECRET_KEY" not in admit(picture()).content_type


# --- The officer's viewer ---------------------------------------------------------------


def test_page_of_a_pdf_is_shown_as_a_picture():
    stored = admit(document(pages=2))
    content, content_type = uploads.page_image(stored.content, stored.content_type, 2)
    assert content_type == "image/jpeg"
    assert Image.open(io.BytesIO(content)).size == (1600, 1067)


def test_picture_is_shown_as_it_is_stored():
    stored = admit(picture())
    assert uploads.page_image(stored.content, stored.content_type) == (
        stored.content,
        "image/jpeg",
    )


@pytest.mark.parametrize("page", [0, -1, 2])
@pytest.mark.parametrize("content", [picture(), document()], ids=["picture", "document"])
def test_page_that_is_not_there_is_refused(content, page):
    stored = admit(content)
    with pytest.raises(uploads.UploadRefused):
        uploads.page_image(stored.content, stored.content_type, page)


# --- Names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Төлқұжат.jpg", "Төлқұжат.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\scan.pdf", "scan.pdf"),
        ("a\x00b\r\nc.jpg", "abc.jpg"),
        ("gpj.\u202egnp.exe", "gpj.gnp.exe"),
        ("  two   words .pdf", "two words .pdf"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("..", "file"),
        ("ш" * 300 + ".pdf", "ш" * 116 + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 9),
    ],
)
def test_name_is_made_safe_to_show(name, safe):
    assert uploads.safe_name(name) == safe


def test_admitted_file_carries_the_safe_name():
    upload = SimpleUploadedFile("scan.jpg", picture())
    upload._name = "../\u202escan.jpg"
    assert uploads.admit(upload).original_name == "scan.jpg"


# --- ClamAV -----------------------------------------------------------------------------


def test_clean_file_passes_the_scanner(scanner):
    assert admit(picture()).content_type == "image/jpeg"


def test_infected_file_is_refused(scanner):
    assert refusal(picture() + EICAR) == "infected"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: "])
def test_scanner_that_does_not_say_ok_refuses_the_file(scanner, answer):
    scanner.answer = answer
    assert refusal(picture()) == "timeout"


def test_scanner_that_is_down_refuses_the_file(settings, tmp_path):
    settings.CLAMAV_SOCKET = str(tmp_path / "nobody")
    assert refusal(picture()) == "timeout"


def test_scanner_over_the_network_is_asked(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), FakeScanner) as server:
        server.answer = b""
        settings.CLAMAV_SOCKET = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert refusal(picture() + EICAR) == "infected"
        server.shutdown()


def test_every_refusal_has_its_own_sentence():
    assert len({str(message) for message in uploads.MESSAGES.values()}) == len(uploads.MESSAGES)
