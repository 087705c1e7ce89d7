"""A certificate is read back as a citizen, a screen reader, an archive and a scanner would."""

import io
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pypdfium2
import pytest
import zxingcpp

from registrations import pdf

KAZAKH_LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
ADDRESS = "https://portal.test/kk/verify/7K4M9PX-2345678-ABCDEFG-HJKMNPQ/"
SPECIMEN = "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN"
SENTENCE = "Азамат Берлин қаласында тұрады және отбасымен бірге консулдық есепте тұр. "


def certificate_text(**changes):
    languages = changes.pop("languages", ["kk", "ru"])
    by_language = {
        "kk": {
            "mission": "Қазақстан Республикасының Германиядағы Елшілігі",
            "date": "2026 жылғы 24 қараша",
            "since": "2019 жылғы 3 маусым",
            "birth_date": "1987 жылғы 12 сәуір",
            "legal_act": "Үкіметтің 2012 жылғы 28 наурыздағы № 361 қаулысы",
        },
        "ru": {
            "mission": "Посольство Республики Казахстан в Германии",
            "date": "24 ноября 2026 г.",
            "since": "3 июня 2019 г.",
            "birth_date": "12 апреля 1987 г.",
            "legal_act": "Постановление Правительства от 28 марта 2012 года № 361",
        },
        "en": {
            "mission": "Embassy of the Republic of Kazakhstan in Germany",
            "date": "24 November 2026",
            "since": "3 June 2019",
            "birth_date": "12 April 1987",
            "legal_act": "Government Resolution No. 361 of 28 March 2012",
        },
    }
    text = {
        "number": "BER-2026-С-00017",
        "date_iso": "2026-11-24",
        "register_number": "BER-2026-000123",
        "languages": languages,
        "name": "Ұлықбекұлы-Өтеғали Жәңгір Қайратұлы",
        "name_latin": "ULYKBEKULY-OTEGALI ZHANGIR",
        "permanent": True,
        "by_language": {language: by_language[language] for language in languages},
        "purpose": "Зейнетақы тағайындау үшін",
        "addressee": "Deutsche Rentenversicherung Bund, Berlin",
        "text": "",
        "signatory_name": "Ә. Һ. Нұрпейісова",
        "signatory_post": "Кеңесші-консул",
        "check_address": ADDRESS,
        "code": "7K4M9PX-2345678-ABCDEFG-HJKMNPQ",
        "specimen": False,
    }
    return text | changes


def render(**changes):
    return pypdf.PdfReader(io.BytesIO(pdf.render("certificate", certificate_text(**changes))))


def words(document):
    """All the text, with line breaks as spaces."""
    return " ".join(" ".join(page.extract_text().split()) for page in document.pages)


def test_kazakh_letters_and_the_holder_are_read_back_intact():
    text = words(render(text=KAZAKH_LETTERS))
    assert KAZAKH_LETTERS in text
    assert "Ұлықбекұлы-Өтеғали Жәңгір Қайратұлы" in text
    assert "ULYKBEKULY-OTEGALI ZHANGIR" in text


def test_both_languages_are_on_one_page_and_english_only_on_request():
    document = render()
    text = words(document)
    assert len(document.pages) == 1
    assert "АНЫҚТАМА" in text
    assert "СПРАВКА" in text
    assert "CERTIFICATE" not in text
    assert "CERTIFICATE" in words(render(languages=["kk", "ru", "en"]))


def test_kind_of_registration_and_legal_act_are_named():
    permanent = words(render())
    assert "Вид учёта постоянный" in permanent
    assert "№ 361" in permanent
    data = certificate_text(permanent=False)
    for language in data["by_language"].values():
        language["legal_act"] = ""
    temporary = words(render(permanent=False, by_language=data["by_language"]))
    assert "Вид учёта временный" in temporary
    assert "Основание разрешения" not in temporary


@pytest.mark.parametrize("languages", [["kk", "ru"], ["kk", "ru", "en"]])
def test_free_text_of_usual_length_stays_on_one_page(languages):
    document = render(languages=languages, text=(SENTENCE * 20)[:1200])
    assert len(document.pages) == 1


def test_longest_text_flows_to_a_second_page_and_nothing_is_lost():
    paragraphs = [f"{number}. {SENTENCE * 6}".strip() for number in range(1, 5)]
    document = render(
        languages=["kk", "ru", "en"],
        text="\n".join(paragraphs) + "\nСоңы.",
        purpose="мақсат " * 42,
        addressee="мекеме " * 42,
    )
    text = words(document)
    assert len(document.pages) == 2
    assert all(paragraph in text for paragraph in paragraphs)
    assert "Соңы." in text
    assert "Ә. Һ. Нұрпейісова" in " ".join(document.pages[1].extract_text().split())


def test_word_without_spaces_is_broken_inside_the_page():
    document = pypdfium2.PdfDocument(pdf.render("certificate", certificate_text(text="ө" * 400)))
    page = document[0].get_textpage()
    right = [page.get_charbox(place)[2] for place in range(page.count_chars())]
    assert page.get_text_range().count("ө") >= 400
    assert max(right) < document[0].get_width() - 50


@pytest.mark.parametrize(
    "hostile",
    [
        '#eval("1+1")',
        '#read("certificate.typ")',
        "$x^2$ *b* _i_ `c` @ref <label> = h",
        "// comment /* c */ \\u{41} ~ -- ...",
        '{"name": "x"}',
        "<script>alert(1)</script> %PDF \\ #",
    ],
)
def test_markup_in_the_data_is_printed_as_it_is(hostile):
    text = words(render(name=hostile, text=hostile, addressee=hostile))
    assert text.count(hostile) == 3


def test_direction_and_control_signs_are_left_out():
    text = words(render(addressee="Bank\u202eGNP.knab\u0000\u200b\u2066 AG"))
    assert "BankGNP.knab AG" in text


def test_sign_without_a_font_is_named():
    with pytest.raises(pdf.UnprintableText) as caught:
        render(addressee="大学 Berlin")
    assert caught.value.sign == "大"


def test_same_data_give_the_same_bytes_in_every_thread():
    data = certificate_text(text=SENTENCE)
    expected = pdf.render("certificate", data)
    with ThreadPoolExecutor(8) as pool:
        copies = list(pool.map(lambda _turn: pdf.render("certificate", data), range(32)))
    assert set(copies) == {expected}


def test_threads_do_not_mix_up_their_people():
    people = [f"Адам {number}" for number in range(32)]

    def printed(name):
        content = pdf.render("certificate", certificate_text(name=name))
        return words(pypdf.PdfReader(io.BytesIO(content)))

    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(printed, people))
    assert all(f"{name} ULYKBEKULY" in text for name, text in zip(people, texts, strict=True))


def test_document_is_tagged_titled_and_made_for_the_archive():
    document = render()
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "kk"
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert document.metadata.title == "АНЫҚТАМА / СПРАВКА № BER-2026-С-00017"
    assert document.metadata.creation_date.isoformat() == "2026-11-24T00:00:00+00:00"


def test_document_carries_no_script_and_no_file():
    root = render().trailer["/Root"]
    assert {"/OpenAction", "/AA", "/AcroForm", "/AF"} & set(root) == set()
    assert "/JavaScript" not in root.get("/Names", {})
    assert "/EmbeddedFiles" not in root.get("/Names", {})


def test_specimen_says_so_on_every_page_and_is_read_all_the_same():
    pages = render(specimen=True, text=SENTENCE * 80).pages
    said = [" ".join(page.extract_text().split()) for page in pages]
    assert len(said) > 1
    assert all(SPECIMEN in text for text in said)
    assert "Ұлықбекұлы-Өтеғали Жәңгір Қайратұлы" in said[0]
    assert SPECIMEN not in words(render())


@pytest.mark.parametrize("specimen", [False, True])
def test_qr_code_on_paper_opens_the_check_page(specimen):
    content = pdf.render("certificate", certificate_text(specimen=specimen))
    document = pypdfium2.PdfDocument(content)
    paper = document[0].render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(paper)] == [ADDRESS]
