"""Document copies through the portal's pages: taken, seen, removed, or refused with a reason."""

import io
from datetime import timedelta
from pathlib import Path

import pikepdf
import pillow_heif
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext, override
from PIL import Image

from accounts.models import AuditEvent
from registrations.models import Attachment
from registrations.services import attachments, drafts, history, lifecycle
from registrations.services.lifecycle import start
from registrations.uploads import MESSAGES
from tests.factories import registrations as made
from tests.files import jpeg, upload
from tests.scanner import EICAR
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
MEBIBYTE = 1024 * 1024


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def draft(cast):
    return made.draft(cast.here, account=cast.citizen)


def page_of(draft):
    return f"/en/register/{draft.public_id}/copies/identity-copy/"


def send(client, draft, content, name="passport.jpg", **more):
    return client.post(page_of(draft), {"upload": SimpleUploadedFile(name, content)} | more)


def refusal(answer):
    (error,) = answer.context["form"].errors.as_data()["upload"]
    return error.code


def stored_files():
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def locked_pdf():
    document = pikepdf.new()
    document.add_blank_page()
    saved = io.BytesIO()
    document.save(saved, encryption=pikepdf.Encryption(owner="a", user="b"))
    return saved.getvalue()


def long_pdf(pages):
    document = pikepdf.new()
    for _each in range(pages):
        document.add_blank_page()
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def heic():
    saved = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(saved)
    return saved.getvalue()


BAD = {
    "empty": b"",
    "type": b"GIF89a" + bytes(40),
    "too_large": jpeg() + bytes(10 * MEBIBYTE),
    "password": locked_pdf(),
    "broken": jpeg()[:300],
    "too_many_pages": long_pdf(21),
    "infected": jpeg() + EICAR,
}


@pytest.mark.parametrize("code", BAD)
def test_bad_file_has_its_own_sentence_at_the_field(client, draft, scanner, code):
    answer = send(client, draft, BAD[code])
    assert (answer.status_code, refusal(answer)) == (200, code)
    shown = answer.content.decode()
    assert shown.count(str(MESSAGES[code])) == 2
    assert 'href="#id_upload"' in shown
    assert "Choose the file again" in shown
    assert Attachment.objects.count() == 0


def test_no_file_at_all_is_said(client, draft):
    answer = client.post(page_of(draft), {})
    assert refusal(answer) == "missing"
    assert "Choose the file again" not in answer.content.decode()


def test_scanner_that_is_down_takes_nothing(client, draft, settings, tmp_path):
    settings.CLAMAV_SOCKET = str(tmp_path / "nobody")
    assert refusal(send(client, draft, jpeg())) == "timeout"


def test_huge_file_is_read_to_its_end_and_kept_nowhere(client, draft, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    assert refusal(send(client, draft, bytes(40 * MEBIBYTE))) == "too_large"
    assert list(tmp_path.glob("*.upload*")) == []


def test_file_of_exactly_the_limit_reaches_the_gate(client, draft):
    content = jpeg()
    assert refusal(send(client, draft, bytes(10 * MEBIBYTE))) == "type"
    whole = content + bytes(10 * MEBIBYTE - len(content))
    assert send(client, draft, whole).status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("IMG_0001.HEIC", heic(), "image/jpeg"),
        ("scan.pdf", long_pdf(2), "application/pdf"),
        ("photo.jpg", jpeg(), "image/jpeg"),
    ],
)
def test_good_file_is_taken_and_can_be_seen(client, draft, name, content, content_type):
    assert send(client, draft, content, name, another="1").status_code == 302
    shown = client.get(page_of(draft))
    (copy,) = shown.context["form"].copies
    assert name in shown.content.decode()
    seen = client.get(f"/en/copies/{copy.public_id}/")
    assert seen["Content-Type"] == content_type
    assert "no-store" in seen["Cache-Control"]
    assert b"".join(seen.streaming_content) == copy.file.read()


def test_another_file_comes_back_to_the_same_page(client, draft):
    first = send(client, draft, jpeg(), another="1")
    assert first.url == page_of(draft)
    assert client.get(page_of(draft)).context["form"].copies.count() == 1


def test_file_beyond_the_fourth_is_not_taken(client, draft):
    for _each in range(4):
        send(client, draft, jpeg())
    assert refusal(send(client, draft, jpeg())) == "too_many"
    assert Attachment.objects.count() == 4


def test_answers_before_a_refused_file_stay_saved(cast, client):
    draft = start(account=cast.citizen)
    client.post(f"/en/register/{draft.public_id}/name/", {"given_names": "Ұлжан"})
    assert refusal(send(client, draft, b"")) == "empty"
    draft.refresh_from_db()
    assert (draft.answered_pages, draft.citizen.given_names) == (["name"], "Ұлжан")


def test_removing_the_last_copy_asks_for_one_again(cast, client, draft):
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    removed = client.post(f"/en/copies/{copy.public_id}/remove/")
    assert removed.url == page_of(draft)
    draft.refresh_from_db()
    assert (Attachment.objects.count(), "identity-copy" in draft.answered_pages) == (0, False)
    check = client.get(f"/en/register/{draft.public_id}/check/")
    assert check.url == f"/en/register/{draft.public_id}/"


def test_removing_one_of_two_copies_asks_nothing(cast, client, draft):
    first, _second = (
        attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
        for _each in range(2)
    )
    client.post(f"/en/copies/{first.public_id}/remove/")
    draft.refresh_from_db()
    assert "identity-copy" in draft.answered_pages


def test_copy_cannot_be_removed_after_sending(cast, client, draft):
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    made.send(draft)
    assert client.post(f"/en/copies/{copy.public_id}/remove/").url.endswith("/sent/")
    assert Attachment.objects.count() == 1


def test_file_the_storage_lost_is_not_found(cast, client, draft):
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    copy.file.storage.delete(copy.file.name)
    assert client.get(f"/en/copies/{copy.public_id}/").status_code == 404
    assert client.get(f"/en/copies/{copy.public_id}/pages/1/").status_code == 404


def test_leaving_without_a_file_simply_leaves(client, draft):
    assert client.post(page_of(draft), {"leave": "1"}).url == "/en/account/"


def test_leaving_with_a_file_keeps_it(client, draft):
    assert send(client, draft, jpeg(), leave="1").url == "/en/account/"
    assert Attachment.objects.count() == 1


def test_leaving_with_a_bad_file_says_so(client, draft):
    assert refusal(send(client, draft, b"", leave="1")) == "empty"


# --- The officer goes on while a copy is on its way --------------------------------------------


@pytest.fixture
def waiting(cast):
    """A case sent back for its copy, whose day to answer has passed."""
    draft = made.draft(cast.here, account=cast.citizen)
    attachments.store(draft, kind="identity", upload=upload("sent.jpg"), actor=cast.citizen)
    case = lifecycle.take(made.send(draft), actor=cast.officer_here)
    return lifecycle.ask(
        case,
        actor=cast.officer_here,
        pages=["identity-copy", "emergency"],
        text="The copy is cut off.",
        answer_by=timezone.localdate() - timedelta(days=2),
    )


def goes_on_before(monkeypatch, cast, case):
    """The officer goes on between the look at the page and the saving of what was sent."""
    save = drafts.save_page

    def late(*arguments, **named):
        lifecycle.go_on(case, actor=cast.officer_here)
        return save(*arguments, **named)

    monkeypatch.setattr(drafts, "save_page", late)


def test_copy_that_comes_too_late_is_not_kept(cast, client, waiting, monkeypatch):
    files = set(stored_files())
    goes_on_before(monkeypatch, cast, waiting)
    answer = send(client, waiting, jpeg())
    assert answer.url == f"/en/register/{waiting.public_id}/sent/"
    assert [copy.original_name for copy in waiting.attachments.current()] == ["sent.jpg"]
    assert set(stored_files()) == files


def test_copy_is_not_removed_too_late(cast, client, waiting, monkeypatch):
    copy = waiting.attachments.get()
    goes_on_before(monkeypatch, cast, waiting)
    answer = client.post(f"/en/copies/{copy.public_id}/remove/")
    assert answer.url == f"/en/register/{waiting.public_id}/sent/"
    assert waiting.attachments.current().get() == copy


def test_person_is_not_removed_too_late(cast, client, waiting, monkeypatch):
    contact = waiting.citizen.emergency_contacts.get()
    goes_on_before(monkeypatch, cast, waiting)
    base = f"/en/register/{waiting.public_id}"
    answer = client.post(f"{base}/emergency/", {"remove": str(contact.public_id)})
    assert answer.url == f"{base}/sent/"
    assert waiting.citizen.emergency_contacts.get() == contact


def test_stranger_sends_no_copy(cast, draft):
    with pytest.raises(lifecycle.ActorMayNot):
        attachments.store(draft, kind="identity", upload=upload(), actor=cast.other_citizen)


# --- What an officer sees before the answer is sent --------------------------------------------


def shown_to_the_officer(cast, case):
    case_page = f"/admin/registrations/application/{case.public_id}/change/"
    return signed_in(cast.officer_here).get(case_page)


def test_unsent_copy_is_not_shown_to_the_officer(cast, client, waiting):
    sent = waiting.attachments.get()
    send(client, waiting, jpeg(), name="unsent.jpg")
    client.post(f"/en/copies/{sent.public_id}/remove/")
    unsent = waiting.attachments.exclude(pk=sent.pk).get()
    assert list(shown_to_the_officer(cast, waiting).context["copies"]) == [sent]
    for address in (f"/en/copies/{unsent.public_id}/", f"/en/copies/{unsent.public_id}/pages/1/"):
        assert signed_in(cast.officer_here).get(address).status_code == 404
        assert client.get(address).status_code == 200
    client.post(f"/en/register/{waiting.public_id}/answer/")
    assert list(shown_to_the_officer(cast, waiting).context["copies"]) == [unsent]
    assert (
        signed_in(cast.officer_here).get(f"/en/copies/{unsent.public_id}/pages/1/").status_code
        == 200
    )


def test_officer_reads_what_was_declared_until_the_answer_is_sent(cast):
    case = made.more_info(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        permanent=True,
        pages=("name", "length"),
    )
    client = signed_in(cast.citizen)
    base = f"/en/register/{case.public_id}"
    client.post(f"{base}/name/", {"family_name": "Басқаұлы", "given_names": "Ақжол"})
    client.post(f"{base}/length/", {"stay": "some_time"})
    queue = signed_in(cast.officer_here).get(
        "/admin/registrations/application/", {"task": "waiting"}
    )
    for page in (shown_to_the_officer(cast, case).content.decode(), queue.content.decode()):
        assert "Басқаұлы" not in page
        assert "Серікұлы" in page
    # The permit was declared with the stay that was.
    assert "ДВД" in shown_to_the_officer(cast, case).content.decode()


# --- The log of looks ---------------------------------------------------------------------------


def test_pages_of_a_copy_are_logged_once_a_visit(cast, client, draft):
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    made.send(draft)
    looks = AuditEvent.objects.filter(action="attachment.viewed", target_id=str(copy.public_id))
    officer = signed_in(cast.officer_here)
    for _each in range(3):
        officer.get(f"/en/copies/{copy.public_id}/pages/1/")
    look = looks.get()
    assert (look.actor_email, look.mission) == (cast.officer_here.email, cast.here.code)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        signed_in(cast.officer_here).get(f"/en/copies/{copy.public_id}/pages/1/")
    assert looks.count() == 2


def test_log_names_the_copy_in_one_language_and_the_history_in_the_readers(cast, draft):
    citizen = signed_in(cast.citizen)
    citizen.post(page_of(draft).replace("/en/", "/kk/"), {"upload": upload("900101300017.jpg")})
    (event,) = AuditEvent.objects.filter(action="attachment.added")
    assert event.target_label == "Identity document"
    sent = made.send(draft)
    with override("ru"):
        notes = [entry.note for entry in history.history_of(sent)]
        assert gettext("Identity document") in notes


@pytest.fixture(params=["", "pages/1/"])
def sent_copy(request, cast):
    """The address of a copy that an officer may see, and of its first page."""
    draft = made.draft(cast.here)
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=draft.applicant)
    made.send(draft)
    return f"/en/copies/{copy.public_id}/{request.param}"


@pytest.mark.parametrize("methods", [("code",), ("password",)])
def test_officer_without_the_second_factor_sees_no_copy(cast, sent_copy, methods):
    """A thief of the mailbox, or of the password alone."""
    Authenticator.objects.create(user=cast.officer_here, type="totp", data={"secret": "x"})
    before = AuditEvent.objects.count()
    thief = signed_in(cast.officer_here, methods=methods)
    assert thief.get(sent_copy).url.startswith("/en/sign-in/officer/")
    assert thief.get(sent_copy).url.startswith("/en/sign-in/?")
    assert AuditEvent.objects.count() == before


def test_officer_who_sat_idle_signs_in_again_to_see_a_copy(cast, sent_copy, settings):
    officer = signed_in(cast.officer_here)
    assert officer.get(sent_copy).status_code == 200
    later = timezone.now() + timedelta(seconds=settings.STAFF_IDLE_SECONDS + 1)
    with time_machine.travel(later, tick=False):
        assert officer.get(sent_copy).url.startswith("/en/sign-in/officer/")


def test_officers_own_papers_open_with_a_code(cast):
    """As a citizen he is one like any other."""
    draft = made.draft(cast.there, account=cast.officer_here)
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.officer_here)
    made.send(draft)
    citizen = signed_in(cast.officer_here, methods=("code",))
    assert citizen.get(f"/en/copies/{copy.public_id}/").status_code == 200
