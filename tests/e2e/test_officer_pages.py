"""Every page of an officer at three widths, in Kazakh; what a hand on the keyboard finds there."""

import io
import itertools
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image, ImageDraw

from accounts.models import OutboxMessage, User
from missions.models import PostingRole
from missions.services import post_officer
from registrations.models import ResidencyRecord
from registrations.services import attachments, certificates, lifecycle, previews
from tests.factories import registrations as made
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.cast import Cast

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ADMIN = "/admin/registrations"


def picture(words, *, pages=1, size=(900, 620)):
    """A drawn placeholder, not a document of anybody."""
    drawn = []
    for number in range(1, pages + 1):
        sheet = Image.new("RGB", size, "#e9f6f9")
        ImageDraw.Draw(sheet).text((60, 60), f"{words} {number}", fill="#063b4c", font_size=48)
        drawn.append(sheet)
    content = io.BytesIO()
    drawn[0].save(
        content,
        "PDF" if pages > 1 else "JPEG",
        **({"save_all": True, "append_images": drawn[1:]} if pages > 1 else {}),
    )
    kind = ("pdf", "application/pdf") if pages > 1 else ("jpg", "image/jpeg")
    return SimpleUploadedFile(f"{words}.{kind[0]}", content.getvalue(), kind[1])


@pytest.fixture
def scene(settings, db):
    """A head of section, and one case of each kind the pages show."""
    settings.DEMO = True
    call_command("compile_catalogues", verbosity=0)
    cast = Cast.create()
    User.objects.filter(pk=cast.officer_here.pk).update(language="kk")
    post_officer(
        user=cast.officer_here,
        mission=cast.here,
        role=PostingRole.HEAD,
        starts_on=date(2020, 1, 1),
        actor=None,
    )
    officer = User.objects.get(pk=cast.officer_here.pk)
    account = UserFactory(language="kk")
    draft = made.draft(cast.here, account=account, permanent=True)
    for kind, copy in (
        ("identity", picture("паспорт", pages=2)),
        ("exit_permit", picture("рұқсат", size=(620, 900))),
        ("photo", picture("фото", size=(300, 400))),
    ):
        attachments.store(draft, kind=kind, upload=copy, actor=account)
    record = made.registered(cast.here, officer, permanent=True, iin="", given_names="Берік")
    wording = certificates.Wording("A", "self", "B", "C")
    return {
        "officer": officer,
        "case": lifecycle.take(made.send(draft), actor=officer),
        "submitted": made.submitted(cast.here),
        "elsewhere": made.submitted(cast.there),
        "registered": record.application,
        "certificate": certificates.issue(record, wording=wording, actor=officer),
        "temporary": made.registered(cast.here, officer, iin="", given_names="Дана").application,
    }


def page_of(case, page="change"):
    return f"{ADMIN}/application/{case.public_id}/{page}/"


def sign_in(walker):
    walker.page.goto(walker.server + "/kk/sign-in/officer/")
    walker.page.fill("[name=login]", Cast.officer_email)
    walker.page.fill("[name=password]", PASSWORD)
    walker.page.click("main .q-btn")
    walker.page.wait_for_load_state("load")
    return walker


def addresses(scene):
    case, registered = scene["case"], scene["registered"]
    certificate = scene["certificate"].public_id
    return {
        "index": "/admin/",
        "queue": f"{ADMIN}/application/",
        "queue-all": f"{ADMIN}/application/?task=all",
        "queue-empty": f"{ADMIN}/application/?task=overdue",
        "record-submitted": page_of(scene["submitted"]),
        "record-in-review": page_of(case),
        "record-registered": page_of(registered),
        "compare": page_of(case, f"compare/{scene['submitted'].public_id}"),
        "compare-elsewhere": page_of(case, f"compare/{scene['elsewhere'].public_id}"),
        "conflict": page_of(registered, "ask"),
        "ask": page_of(case, "ask"),
        "refuse": page_of(case, "refuse"),
        "assign": page_of(case, "assign"),
        "insert": page_of(registered, "insert"),
        "certificate": page_of(registered, "certificate"),
        "revoke": page_of(registered, "revoke") + f"?certificate={certificate}",
        "register-list": f"{ADMIN}/residencyrecord/",
        "certificate-list": f"{ADMIN}/registrationcertificate/",
    }


@pytest.mark.parametrize("width", [1280, 1024, 375])
def test_every_page(walker, scene, width):
    """axe, one h1 and no sideways scroll on each; the forms once more with nothing typed."""
    own = sign_in(walker(f"officer-{width}", width))
    page = own.page
    for name, address in addresses(scene).items():
        own.open(address)
        own.shot(name)
        if page.locator(".decision form").count():
            for typed in page.locator(".decision form [type=text]").all():
                typed.fill("")
            own.go_on(".decision form .q-btn")
            assert page.title().startswith("Қате:"), name
            assert page.evaluate("document.activeElement.className") == "q-summary", name
            own.shot(f"{name}-error")
    own.open(page_of(scene["case"]))
    own.go_on(".bar [form=checklist]")
    assert page.title().startswith("Қате:")
    own.shot("register-error")
    assert own.strangers == []


def test_first_screen_shows_what_a_decision_needs(walker, scene):
    own = sign_in(walker("first-screen", 1280))
    own.open(page_of(scene["case"]))
    page = own.page
    page.screenshot(path="var/screenshots/first-screen.png")
    for seen in (".bar__acts", ".cautions", "text=900101 300 017", "text=N12345678"):
        box = page.locator(seen).first.bounding_box()
        assert box["y"] >= 0, seen
        assert box["y"] + box["height"] <= 800, seen
    sheet = page.locator(".sheet img").first.bounding_box()
    assert sheet["y"] < 500
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert page.locator(".bar__acts").bounding_box()["y"] >= 0
    assert page.locator(".viewer").bounding_box()["y"] < 400


HIDDEN_UNDER_THE_BAR = """() => {
  const seen = document.activeElement;
  const bar = document.querySelector('.bar');
  if (seen === document.body || bar.contains(seen)) return false;
  const box = seen.getBoundingClientRect(), over = bar.getBoundingClientRect();
  return box.top < over.bottom - 1 && box.bottom > over.top + 1
    && box.left < over.right && box.right > over.left;
}"""


@pytest.mark.parametrize("width", [1280, 1024, 375])
def test_bar_never_covers_the_focus(walker, scene, width):
    own = sign_in(walker(f"focus-{width}", width))
    own.open(page_of(scene["case"]))
    covered = []
    for key, _step in itertools.product(("Tab", "Shift+Tab"), range(60)):
        own.page.keyboard.press(key)
        if own.page.evaluate(HIDDEN_UNDER_THE_BAR):
            covered.append(own.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    assert covered == []


def test_keys_and_buttons_of_the_viewer(walker, scene):
    own = sign_in(walker("viewer", 1280))
    page = own.page
    own.open(page_of(scene["case"]))
    focused = "document.activeElement.id"
    documents = page.locator("[data-document]").evaluate_all("all => all.map(one => one.id)")
    page.keyboard.press("]")
    assert page.evaluate(focused) == documents[1]
    page.keyboard.press("]")
    page.keyboard.press("]")
    assert page.evaluate(focused) == documents[2]
    page.keyboard.press("[")
    assert page.evaluate(focused) == documents[1]
    assert page.locator("[data-tab][aria-current]").get_attribute("href") == f"#{documents[1]}"
    sheet = page.locator(f"#{documents[1]} .sheet")
    before = sheet.bounding_box()
    page.click("[data-view=turn]")
    turned = sheet.bounding_box()
    assert turned["width"] == pytest.approx(before["width"], abs=2)
    assert turned["height"] == pytest.approx(before["width"] * 620 / 900, abs=3)
    page.keyboard.press("+")
    assert sheet.bounding_box()["width"] == pytest.approx(before["width"] * 1.25, abs=3)
    own.look()
    own.shot("turned")
    page.click("[data-view=fit]")
    assert sheet.bounding_box()["width"] == pytest.approx(before["width"], abs=2)
    page.keyboard.press("/")
    assert page.evaluate(focused) == "find-q"
    page.keyboard.type("/?[")
    assert page.input_value("#find-q") == "/?["
    assert page.locator("dialog[open]").count() == 0


def test_keys_can_be_switched_off(walker, scene):
    own = sign_in(walker("keys", 1280))
    page = own.page
    own.open(f"{ADMIN}/application/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('tr') !== null")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    own.shot("list")
    page.uncheck("#keys-on")
    page.click("dialog button")
    page.keyboard.press("?")
    page.keyboard.press("/")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.id") != "searchbar"
    own.open(page_of(scene["case"]))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "find-q"
    page.click("[data-keys]")
    page.check("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find-q"


def test_no_key_decides(walker, scene):
    own = sign_in(walker("no-key-decides", 1280))
    own.open(page_of(scene["case"]))
    for key in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-[]":
        own.page.keyboard.press(key)
    assert own.page.url.endswith(page_of(scene["case"]))
    scene["case"].refresh_from_db()
    assert scene["case"].status == "in_review"


def test_values_are_copied_by_a_button(walker, scene):
    own = walker("copy", 1280)
    own.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(own)
    own.open(page_of(scene["case"]))
    own.page.click("button.copy[data-copy='900101300017']")
    own.page.locator("#said", has_text="900101300017").wait_for(state="attached")
    assert own.page.evaluate("navigator.clipboard.readText()") == "900101300017"


@pytest.mark.parametrize("java_script", [True, False])
def test_decisions_as_they_will_happen(walker, scene, java_script):
    own = sign_in(walker(f"decisions-{java_script}", 1280, java_script=java_script))
    page, case = own.page, scene["case"]
    own.open(page_of(case, "ask"))
    page.check("[name=pages][value=address]")
    page.fill("[name=text]", "Үйдің нөмірін жазыңыз.\n\n- «пәтер» <12> & т.б.")
    own.go_on(".decision .q-btn")
    own.shot("ask-preview")
    shown = page.locator(".mail__text").text_content(), page.inner_text(".mail__subject")
    own.go_on("[name=back]")
    assert page.input_value("[name=text]") == "Үйдің нөмірін жазыңыз.\n\n- «пәтер» <12> & т.б."
    assert page.is_checked("[name=pages][value=address]")
    own.go_on(".decision .q-btn")
    own.go_on("[name=confirm]")
    sent = OutboxMessage.objects.latest("id")
    assert (sent.kind, sent.language) == ("more_information_needed", "kk")
    assert (sent.body_text.replace("\r\n", "\n"), sent.subject) == shown
    case = lifecycle.answer(case, actor=case.applicant)
    own.open(page_of(case))
    for box in page.locator("[name=checked]").all():
        box.check()
    own.go_on(".bar [form=checklist]")
    own.shot("register-preview")
    shown = page.locator(".mail__text").text_content()
    own.go_on("[name=confirm]")
    own.shot("registered")
    sent = OutboxMessage.objects.latest("id")
    number = ResidencyRecord.objects.get(application=case).number
    assert number in page.inner_text("#content")
    assert sent.body_text.replace(number, previews.NUMBER_TO_COME) == shown
