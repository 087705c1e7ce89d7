"""The officer's pages of what registered persons ask for."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import DeregistrationGround, RequestState
from registrations.models import (
    Application,
    CertificateRequest,
    CertificateRevocation,
    ChangeRequest,
    DepartureNotice,
    HelpRequest,
    RegistrationCertificate,
)
from registrations.services import certificates, departures, history, lifecycle, voting
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


WEEK = ("Close the entry", "Only once the person can take the application back no more.")
CONSENT = ("Refuse", "The consent is taken back: that cannot be refused.")


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def own(record, rest):
    return f"/en/account/{record.public_id}/{rest}"


def staff(kind, found=None):
    page = f"{found.public_id}/" if found else ""
    return f"/admin/registrations/{kind}/{page}"


def test_officer_accepts_a_change(cast, record):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    officer = signed_in(cast.officer_here)
    assert record.number in officer.get(staff("changerequest")).content.decode()
    page = officer.get(staff("changerequest", change)).content.decode()
    assert "was:" in page
    officer.post(staff("changerequest", change), {"accept": "1"})
    record.citizen.refresh_from_db()
    assert record.citizen.sex == "female"
    assert record.number not in officer.get(staff("changerequest")).content.decode()


def test_refusal_needs_words_and_keeps_none_typed(cast, record):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    officer = signed_in(cast.officer_here)
    page = officer.post(staff("changerequest", change), {"refuse": "1", "answer": " "})
    assert page.context["form"].errors.as_data()["answer"][0].code == "required"
    officer.post(staff("changerequest", change), {"refuse": "1", "answer": "Show the passport."})
    change.refresh_from_db()
    assert (change.state, change.answer) == (RequestState.REFUSED, "Show the passport.")


@pytest.mark.parametrize(("reason", "can_be_refused"), [("consent", False), ("returned", True)])
def test_consent_is_taken_back_without_anybodys_leave(cast, record, reason, can_be_refused):
    signed_in(cast.citizen).post(own(record, "leave/"), {"reason": reason})
    notice = DepartureNotice.objects.get()
    officer = signed_in(cast.officer_here)
    assert ('name="refuse"' in officer.get(staff("departurenotice", notice)).content.decode()) == (
        can_be_refused
    )
    officer.post(
        staff("departurenotice", notice), {"refuse": "1", "answer": "Come to the counter."}
    )
    notice.refresh_from_db()
    assert (notice.state == RequestState.REFUSED) == can_be_refused
    with time_machine.travel(notice.undo_until + timedelta(hours=1)):
        signed_in(cast.officer_here).post(staff("departurenotice", notice), {"close": "1"})
    record.refresh_from_db()
    assert (record.closed_at is not None) != can_be_refused


def test_personal_number_does_not_go_by_mail(cast, record):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    before = OutboxMessage.objects.count()
    page = signed_in(cast.officer_here).post(
        staff("changerequest", change), {"refuse": "1", "answer": "Not yours: 900101 300 017."}
    )
    assert page.context["form"].errors.as_data()["answer"][0].code == "iin"
    assert OutboxMessage.objects.count() == before


def test_second_officer_is_told_who_was_faster(cast, record):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    signed_in(cast.officer_here).post(staff("changerequest", change), {"accept": "1"})
    late = signed_in(cast.second_officer_here).post(
        staff("changerequest", change), {"refuse": "1", "answer": "No."}
    )
    assert late.status_code == 409
    assert (late.context["settled"], late.context["typed"]) == (change, ["No."])
    assert f"Done, {cast.officer_here}" in late.content.decode()
    change.refresh_from_db()
    assert change.state == RequestState.DONE


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("We called her.", ["We called her."]),
        ("Of 900101 300 017.", ["Of 900101 300 017."]),
        (" ", []),
    ],
)
def test_late_answer_is_handed_back_beside_the_one_that_was_sent(cast, record, typed, kept):
    asked = asks_for_help(cast, record)
    page = staff("helprequest", asked)
    signed_in(cast.second_officer_here).post(page, {"reply": "1", "answer": "It is solved."})
    late = signed_in(cast.officer_here).post(page, {"reply": "1", "answer": typed})
    assert (late.status_code, late.context["settled"]) == (409, asked)
    assert late.context["typed"] == kept
    assert "<blockquote>It is solved.</blockquote>" in late.content.decode()
    assert f'href="{page}"' in late.content.decode()


def test_answer_to_what_was_taken_back_is_handed_back(cast, record):
    signed_in(cast.citizen).post(own(record, "leave/"), {"reason": "returned"})
    notice = DepartureNotice.objects.get()
    departures.take_back(notice, actor=cast.citizen)
    typed = {"refuse": "1", "answer": "Hand in the insert."}
    late = signed_in(cast.officer_here).post(staff("departurenotice", notice), typed)
    assert (late.status_code, late.context["typed"]) == (409, ["Hand in the insert."])
    assert f"Taken back, {cast.citizen}" in late.content.decode()


def test_answer_to_what_ended_with_the_entry_is_handed_back(cast, record):
    asked = asks_for_help(cast, record)
    lifecycle.deregister(
        record.application, actor=cast.second_officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    late = signed_in(cast.officer_here).post(
        staff("helprequest", asked), {"reply": "1", "answer": "Come at ten."}
    )
    asked.refresh_from_db()
    assert (late.status_code, late.context["typed"]) == (409, ["Come at ten."])
    assert (late.context["settled"], asked.state) == (asked, RequestState.LAPSED)


def test_certificate_is_written_from_the_application_for_it(cast, record):
    signed_in(cast.citizen).post(own(record, "certificate/"), {"purpose": "a bank"})
    asked = CertificateRequest.objects.get()
    officer = signed_in(cast.officer_here)
    address = (
        f"/admin/registrations/application/{record.application.public_id}/certificate/"
        f"?request={asked.public_id}"
    )
    shown = officer.get(staff("certificaterequest", asked))
    assert shown.context["title"][0].isupper()
    # What is typed into the answer goes with the refusal only: the way to issue stands before it.
    before, _answer, after = shown.content.decode().partition('name="answer"')
    assert address in before
    assert address not in after
    assert officer.get(address).context["form"]["purpose"].value() == "a bank"
    officer.post(
        address,
        {
            "applied_by": "A",
            "applied_as": "self",
            "purpose": "a bank",
            "signatory_name": "B",
            "signatory_post": "C",
            "confirm": "1",
        },
    )
    asked.refresh_from_db()
    assert asked.certificate == RegistrationCertificate.objects.get()
    assert OutboxMessage.objects.latest("id").kind == "certificate_issued"


def certificate_page(record, *named):
    case = f"/admin/registrations/application/{record.application.public_id}/certificate/"
    return f"{case}?{'&'.join(named)}"


@pytest.mark.parametrize(
    ("account", "own_entry", "name"),
    [("Анар Серікова", False, "Анар Серікова"), ("", True, "Серікова Анар"), ("", False, "")],
)
def test_certificate_of_a_child_names_the_parent_who_applied(cast, account, own_entry, name):
    parent = cast.citizen
    parent.full_name = account
    parent.save()
    if own_entry:
        who = {"family_name": "Серікова", "given_names": "Анар", "iin": ""}
        made.registered(cast.here, cast.officer_here, account=parent, **who)
    child = made.registered(cast.here, cast.officer_here, account=parent, capacity="parent", iin="")
    signed_in(parent).post(own(child, "certificate/"), {"purpose": "a school"})
    asked = CertificateRequest.objects.get()
    page = certificate_page(child, f"request={asked.public_id}")
    form = signed_in(cast.officer_here).get(page).context["form"]
    assert (form["applied_by"].value(), form["applied_as"].value()) == (name, "parent")


def test_certificate_that_was_asked_for_may_replace_the_earlier_one(cast, record):
    wording = certificates.Wording("A", "self", "B", "C")
    earlier = certificates.issue(record, wording=wording, actor=cast.officer_here)
    signed_in(cast.citizen).post(own(record, "certificate/"), {"purpose": "a bank"})
    asked = CertificateRequest.objects.get()
    signed_in(cast.officer_here).post(
        certificate_page(record, f"request={asked.public_id}", f"replaces={earlier.public_id}"),
        {
            "applied_by": "A",
            "applied_as": "self",
            "signatory_name": "B",
            "signatory_post": "C",
            "seen": 1,
            "confirm": "1",
        },
    )
    asked.refresh_from_db()
    assert CertificateRevocation.objects.get().certificate == earlier
    assert earlier.revocation.replaced_by == asked.certificate


def test_entry_is_closed_only_after_the_week(cast, record):
    signed_in(cast.citizen).post(own(record, "leave/"), {"reason": "returned"})
    notice = DepartureNotice.objects.get()
    page = staff("departurenotice", notice)
    officer = signed_in(cast.officer_here)
    assert [act[0] for act in officer.get(page).context["acts"]] == ["refuse"]
    early = officer.post(page, {"close": "1", "answer": "Goodbye."})
    assert (early.status_code, early.context["typed"]) == (409, ["Goodbye."])
    assert "The person can still take the application back." in early.content.decode()
    notice.refresh_from_db()
    assert notice.is_open
    with time_machine.travel(notice.undo_until + timedelta(minutes=1), tick=False):
        later = signed_in(cast.officer_here)
        later.post(page, {"close": "1"})
    record.refresh_from_db()
    assert record.closed_at is not None


def test_help_is_taken_then_answered(cast, record):
    signed_in(cast.citizen).post(
        own(record, "help/"), {"topic": "rights", "text": "Not paid.", "is_urgent": "on"}
    )
    asked = HelpRequest.objects.get()
    officer = signed_in(cast.officer_here)
    page = staff("helprequest", asked)
    assert "Not paid." in officer.get(page).content.decode()
    officer.post(page, {"take": "1"})
    assert [act[0] for act in officer.get(page).context["acts"]] == ["reply"]
    officer.post(page, {"reply": "1"})
    asked.refresh_from_db()
    assert (asked.taken_by, asked.is_open) == (cast.officer_here, True)


def test_index_counts_what_waits(cast, record):
    signed_in(cast.citizen).post(own(record, "help/"), {"topic": "rights", "text": "Not paid."})
    for officer, waits in ((cast.officer_here, 1), (cast.officer_there, 0), (cast.ministry, 1)):
        shown = signed_in(officer).get("/admin/").context["requests"]
        assert [kind["open"] for kind in shown] == [waits, 0, 0, 0]


@pytest.mark.parametrize(("passed", "waits"), [(timedelta(-1), 0), (timedelta(minutes=1), 1)])
def test_index_counts_what_the_list_shows(cast, record, passed, waits):
    signed_in(cast.citizen).post(own(record, "leave/"), {"reason": "returned"})
    notice = DepartureNotice.objects.get()
    with time_machine.travel(notice.undo_until + passed, tick=False):
        officer = signed_in(cast.officer_here)
        shown = officer.get("/admin/").context["requests"][-1]
        lists = [officer.get(shown["address"] + rest) for rest in ("", "?state=all")]
    assert shown["open"] == waits
    assert [page.context["cl"].result_count for page in lists] == [waits, 1]


@pytest.mark.parametrize("who", ["officer_there", "ministry", "citizen"])
def test_nobody_else_settles(cast, record, who):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    answer = signed_in(getattr(cast, who)).post(staff("changerequest", change), {"accept": "1"})
    assert answer.status_code == (404 if who == "officer_there" else 403)
    change.refresh_from_db()
    assert change.is_open


def test_voters_are_listed_for_the_own_mission(cast, record):
    voting.ask(record, actor=cast.citizen)
    here = signed_in(cast.officer_here).get(staff("votingrequest")).content.decode()
    there = signed_in(cast.officer_there).get(staff("votingrequest")).content.decode()
    assert record.number in here
    assert record.number not in there


def test_officer_removes_on_a_ground_after_a_look(cast, record):
    case = record.application
    page = f"/admin/registrations/application/{case.public_id}/deregister/"
    officer = signed_in(cast.officer_here)
    typed = {"seen_version": case.version, "ground": "stay_ended"}
    shown = officer.post(page, typed)
    assert shown.context["message"].text
    record.refresh_from_db()
    assert record.closed_at is None
    officer.post(page, typed | {"confirm": "1"})
    record.refresh_from_db()
    assert record.closing_ground == "stay_ended"
    assert OutboxMessage.objects.latest("id").kind == "removed_from_register"


@pytest.mark.parametrize(
    ("reason", "passed", "offered"),
    [
        ("returned", timedelta(-1), (["refuse"], [WEEK])),
        ("returned", timedelta(minutes=1), (["close", "refuse"], [])),
        ("consent", timedelta(-1), ([], [WEEK, CONSENT])),
        ("consent", timedelta(minutes=1), (["close"], [CONSENT])),
    ],
)
def test_button_that_is_missing_is_explained(cast, record, reason, passed, offered):
    signed_in(cast.citizen).post(own(record, "leave/"), {"reason": reason})
    notice = DepartureNotice.objects.get()
    with time_machine.travel(notice.undo_until + passed, tick=False):
        shown = signed_in(cast.officer_here).get(staff("departurenotice", notice)).context
    acts = [act.name for act in shown["acts"]]
    told = [(str(label), str(words)) for label, words in shown["facts"] if words]
    assert (acts, [row for row in told if row[0] in {"Close the entry", "Refuse"}]) == offered


# --- What the officer is told ---------------------------------------------------------------


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def asks_for_help(cast, record):
    signed_in(cast.citizen).post(own(record, "help/"), {"topic": "rights", "text": "Not paid."})
    return HelpRequest.objects.get()


def test_whoever_comes_second_learns_that_a_colleague_has_taken_it(cast, record):
    page = staff("helprequest", asks_for_help(cast, record))
    first = signed_in(cast.officer_here).post(page, {"take": "1"}, follow=True)
    assert said(first) == ["You take care of it now; your colleagues see that."]
    typed = {"take": "1", "answer": "I call her."}
    second = signed_in(cast.second_officer_here).post(page, typed)
    assert (second.status_code, second.context["settled"]) == (409, None)
    assert second.context["why"] == f"A colleague takes care of it already: {cast.officer_here}"
    assert second.context["typed"] == ["I call her."]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("accept", "The change is in the register; the person is told."),
        ("refuse", "It is refused; the person is told why."),
    ],
)
def test_each_act_is_told_in_its_own_words(cast, record, act, words):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    page = staff("changerequest", ChangeRequest.objects.get())
    done = signed_in(cast.officer_here).post(page, {act: "1", "answer": "Words."}, follow=True)
    assert said(done) == [words]


def test_change_waits_while_the_entry_moves(cast, record):
    signed_in(cast.citizen).post(own(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    moved = made.submitted(cast.there)
    Application.objects.filter(pk=moved.pk).update(transfer_of=record)
    page, officer = staff("changerequest", change), signed_in(cast.officer_here)
    moving = "The entry is moving to another mission. Wait until that mission has decided."
    shown = officer.get(page)
    assert [act.name for act in shown.context["acts"]] == ["refuse"]
    assert moving in [str(words) for _label, words in shown.context["facts"]]
    answer = officer.post(page, {"accept": "1", "answer": "Thank you."})
    assert (answer.status_code, answer.context["why"]) == (409, moving)
    assert answer.context["typed"] == ["Thank you."]
    assert moving in answer.content.decode()
    change.refresh_from_db()
    assert change.is_open


def test_call_for_help_is_no_message_to_the_citizen(cast, record):
    signed_in(cast.citizen).post(own(record, "help/"), {"topic": "rights", "text": "Not paid."})
    assert OutboxMessage.objects.filter(kind="help_asked").count() == 2
    told = OutboxMessage.objects.filter(user=cast.citizen).count()
    said = [entry.what for entry in history.history_of(record.application)]
    assert sum(what.startswith("Message to the citizen") for what in said) == told


@pytest.mark.parametrize(
    "address",
    [
        "registrations/residencyrecord/?q=Серікұлы",
        "registrations/residencyrecord/?q=2026",
        "registrations/registrationcertificate/?q=C-1",
        "registrations/changerequest/?q=2026",
        "registrations/votingrequest/?q=2026",
    ],
)
def test_each_search_leaves_a_word_in_the_log(cast, record, address):
    officer = signed_in(cast.officer_here)
    for query, events in (("", 0), (address.partition("?")[2], 1)):
        officer.get(f"/admin/{address.partition('?')[0]}?{query}")
        found = AuditEvent.objects.filter(action="application.searched")
        assert [event.actor_email for event in found] == [cast.officer_email] * events
