"""A registered person keeps the entry true: at once, through an officer, by a move."""

from datetime import date

import pytest

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import ApplicationStatus, DeregistrationGround, RequestState
from registrations.models import Application, ChangeRequest, ResidencyRecord
from registrations.services import (
    attachments,
    certificates,
    changes,
    inserts,
    lifecycle,
    requests,
)
from registrations.services.registering import EarlierEntryEnded
from tests.clock import at
from tests.factories import registrations as made
from tests.factories.missions import MissionFactory
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def page(record, rest=""):
    return f"/en/account/{record.public_id}/{rest}"


def move_to(country="TR", city="Анкара", **changed):
    return {
        "country": country,
        "city": city,
        "street": "Atatürk Blv. 7",
        "arrived_on_day": "1",
        "arrived_on_month": "10",
        "arrived_on_year": "2026",
    } | changed


def test_phone_changes_at_once(cast, record):
    citizen = signed_in(cast.citizen)
    answer = citizen.post(
        page(record, "details/contact/"), {"phone": "+49 30 555 0199", "language": "ru"}
    )
    assert answer.url == page(record)
    record.citizen.refresh_from_db()
    assert record.citizen.phone_e164 == "+49305550199"
    message = OutboxMessage.objects.latest("id")
    assert (message.kind, message.recipient) == ("details_changed", cast.citizen.email)
    assert "555" not in message.body_text
    assert AuditEvent.objects.latest("id").details == {"page": "contact"}


def test_officer_sees_the_phone_of_today_beside_the_one_entered(cast, record):
    signed_in(cast.citizen).post(
        page(record, "details/contact/"), {"phone": "+49 30 555 0199", "language": "en"}
    )
    case = f"/admin/registrations/application/{record.application.public_id}/change/"
    shown = signed_in(cast.officer_here).get(case).content.decode()
    assert "+49 30 555 0199" in shown
    assert "was: +49 151 23456789" in " ".join(shown.split())


def test_record_page_leads_to_what_waits(cast, record):
    signed_in(cast.citizen).post(page(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    case = f"/admin/registrations/application/{record.application.public_id}/change/"
    shown = signed_in(cast.officer_here).get(case).content.decode()
    assert f"/admin/registrations/changerequest/{change.public_id}/" in shown


def test_name_waits_for_the_officer(cast, record):
    citizen = signed_in(cast.citizen)
    typed = {"family_name": "Жаңаұлы", "given_names": "Ақжол", "patronymic": ""}
    asked = citizen.post(page(record, "details/name/"), typed)
    change = ChangeRequest.objects.get()
    assert asked.url == page(record, f"changes/{change.public_id}/")
    record.citizen.refresh_from_db()
    assert record.citizen.family_name == "Серікұлы"
    assert (change.before["family_name"], change.proposed["family_name"]) == (
        "Серікұлы",
        "Жаңаұлы",
    )
    sent = citizen.post(asked.url, {"upload": upload("новый.jpg")})
    assert sent.url == asked.url
    assert change.copies.count() == 1
    assert record.application.attachments.current().count() == 0
    changes.accept(change, actor=cast.officer_here)
    record.refresh_from_db()
    assert record.citizen.family_name == "Жаңаұлы"
    assert record.entered["name"]["family_name"] == "Жаңаұлы"
    assert record.application.current_declaration.answers["name"]["family_name"] == "Серікұлы"
    assert record.application.attachments.current().count() == 1


def test_former_name_is_still_found(cast, record):
    citizen = signed_in(cast.citizen)
    for key, typed in (
        ("name", {"family_name": "Жаңаұлы", "given_names": "Ақжол"}),
        ("latin-name", {"family_name_latin": "ZHANGAULY", "given_names_latin": "AKZHOL"}),
    ):
        citizen.post(page(record, f"details/{key}/"), typed)
        changes.accept(ChangeRequest.objects.open().get(), actor=cast.officer_here)
    record.refresh_from_db()
    # Both are one name to the search, and so one other name.
    assert record.entered["other-names"] == [{"name": "SERIKULY AKZHOL"}]
    queue = signed_in(cast.officer_here)
    for name in ("Серікұлы", "SERIKULY", "Жаңаұлы"):
        found = queue.get("/admin/registrations/application/", {"q": name, "task": "all"})
        assert record.application.reference in found.content.decode(), name


def test_former_name_outlives_other_names_that_waited_meanwhile(cast):
    record = made.registered(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        family_name="Иванова",
        given_names="Анна",
    )
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "details/name/"), {"family_name": "Петрова", "given_names": "Анна"})
    citizen.post(page(record, "details/other-names/"), {"used": "yes", "names": "Смирнова Анна"})
    name, others = ChangeRequest.objects.order_by("id")
    changes.accept(name, actor=cast.officer_here)
    changes.accept(others, actor=cast.officer_here)
    record.refresh_from_db()
    assert record.entered["other-names"] == [{"name": "Смирнова Анна"}, {"name": "Иванова Анна"}]
    kept = record.citizen.previous_names.values_list("name", flat=True)
    assert set(kept) == {"Смирнова Анна", "Иванова Анна"}
    queue = signed_in(cast.officer_here)
    for former in ("Смирнова", "Иванова"):
        found = queue.get("/admin/registrations/application/", {"q": former, "task": "all"})
        assert record.application.reference in found.content.decode(), former


def test_other_name_taken_off_the_list_goes(cast, record):
    record.citizen.previous_names.create(name="Бұрынғы Ақжол")
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "details/other-names/"), {"used": "no"})
    changes.accept(ChangeRequest.objects.get(), actor=cast.officer_here)
    record.refresh_from_db()
    assert (record.entered["other-names"], record.citizen.previous_names.count()) == ([], 0)


def test_spelling_put_right_leaves_no_other_name(cast, record):
    typed = {"family_name": "Серікулы", "given_names": "Ақжол"}
    signed_in(cast.citizen).post(page(record, "details/name/"), typed)
    changes.accept(ChangeRequest.objects.get(), actor=cast.officer_here)
    assert list(record.citizen.previous_names.all()) == []


def test_second_change_of_a_page_leads_to_the_waiting_one(cast, record):
    citizen = signed_in(cast.citizen)
    typed = {"family_name": "Жаңаұлы", "given_names": "Ақжол"}
    first = citizen.post(page(record, "details/name/"), typed).url
    assert citizen.get(page(record, "details/name/")).url == first
    assert citizen.post(page(record, "details/name/"), typed).url == first
    assert ChangeRequest.objects.count() == 1


def test_same_answers_ask_for_nothing(cast, record):
    typed = {"family_name": "Серікұлы", "given_names": "Ақжол"}
    assert signed_in(cast.citizen).post(page(record, "details/name/"), typed).url == page(record)
    assert ChangeRequest.objects.count() == 0


def test_new_passport_replaces_the_old_one_when_accepted(cast, record):
    typed = {
        "type": "passport",
        "number": "N87654321",
        "issued_by": "ІІМ",
        "issued_on_day": "1",
        "issued_on_month": "9",
        "issued_on_year": "2026",
        "expires_on_day": "1",
        "expires_on_month": "9",
        "expires_on_year": "2036",
    }
    signed_in(cast.citizen).post(page(record, "details/document/"), typed)
    assert record.citizen.document.number == "N12345678"
    changes.accept(ChangeRequest.objects.get(), actor=cast.officer_here)
    assert record.citizen.document.number == "N87654321"
    assert record.citizen.document.expires_on == date(2036, 9, 1)
    assert record.citizen.documents.count() == 2


def test_refused_change_leaves_the_register(cast, record):
    signed_in(cast.citizen).post(page(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    changes.refuse(change, actor=cast.officer_here, answer="The passport says otherwise.")
    record.refresh_from_db()
    assert (record.citizen.sex, record.entered["sex"]) == ("male", {"sex": "male"})
    assert "The passport says otherwise." in OutboxMessage.objects.latest("id").body_text
    shown = signed_in(cast.citizen).get(page(record, f"changes/{change.public_id}/"))
    assert "The passport says otherwise." in shown.content.decode()


def test_change_is_settled_once_and_by_the_own_mission(cast, record):
    signed_in(cast.citizen).post(page(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    for stranger in (cast.officer_there, cast.ministry, cast.citizen):
        with pytest.raises(requests.RequestRefused):
            changes.accept(change, actor=stranger)
    changes.accept(change, actor=cast.officer_here)
    with pytest.raises(requests.RequestRefused):
        changes.refuse(change, actor=cast.second_officer_here, answer="No.")
    change.refresh_from_db()
    assert change.state == RequestState.DONE


def test_move_within_the_district_changes_the_address(cast, record):
    citizen = signed_in(cast.citizen)
    shown = citizen.post(page(record, "moved/"), move_to("DE", "Leipzig"))
    assert shown.context["leaves"] is False
    assert record.application.city == "Berlin"
    done = citizen.post(page(record, "moved/"), move_to("DE", "Leipzig", confirmed="1"))
    assert done.url == page(record)
    record.application.refresh_from_db()
    assert record.application.city == "Leipzig"
    assert Application.objects.count() == 1


def test_confirm_page_carries_every_answer(cast, record):
    shown = signed_in(cast.citizen).post(page(record, "moved/"), move_to())
    carried = dict.fromkeys(move_to(), "")
    for name in carried:
        control = shown.content.decode().partition(f'name="{name}" value="')[2]
        carried[name] = control.partition('"')[0]
    assert carried == move_to()


def test_move_to_another_mission_is_one_act(cast):
    record = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, permanent=True, phone="+49 30 1"
    )
    insert = inserts.record_insert(
        record, number="KZ 1", issued_on=date(2026, 1, 1), actor=cast.officer_here
    )
    certificate = certificates.issue(
        record, wording=certificates.Wording("A", "self", "B", "C"), actor=cast.officer_here
    )
    citizen = signed_in(cast.citizen)
    sent = citizen.post(page(record, "moved/"), move_to(confirmed="1"))
    moved = Application.objects.get(transfer_of=record)
    assert sent.url == f"/en/register/{moved.public_id}/sent/"
    assert (moved.status, moved.mission) == (ApplicationStatus.SUBMITTED, cast.there)
    assert moved.current_declaration.answers["name"]["family_name"] == "Серікұлы"
    assert moved.current_declaration.answers["address"]["street"] == "Atatürk Blv. 7"
    again = citizen.post(page(record, "moved/"), move_to(confirmed="1"))
    assert again.url == page(record)
    record.refresh_from_db()
    assert record.closed_at is None
    case = lifecycle.take(moved, actor=cast.officer_there)
    opened = lifecycle.register(case, actor=cast.officer_there, checked=["photo"])
    record.refresh_from_db()
    record.application.refresh_from_db()
    insert.refresh_from_db()
    assert record.application.status == ApplicationStatus.TRANSFERRED
    assert record.closing_ground == DeregistrationGround.REGISTERED_ELSEWHERE
    assert record.closed_by == cast.officer_there
    assert (insert.record, insert.returned_on) == (opened, None)
    assert certificates.find(certificate.code).state == "withdrawn"
    assert ResidencyRecord.objects.in_force().get() == opened
    journal = AuditEvent.objects.get(action="application.transferred")
    assert (journal.mission, journal.details["to"]) == (cast.here.code, cast.there.code)
    last = record.application.events.latest("id")
    assert last.details == {"to": cast.there.code, "reference": moved.reference}


def test_identity_is_not_changed_while_the_entry_moves(cast, record):
    citizen = signed_in(cast.citizen)
    typed = {"family_name": "Жаңаұлы", "given_names": "Ақжол"}
    citizen.post(page(record, "details/name/"), typed)
    citizen.post(page(record, "moved/"), move_to(confirmed="1"))
    waiting = ChangeRequest.objects.get()
    with pytest.raises(requests.RequestRefused):
        changes.accept(waiting, actor=cast.officer_here)
    refused = citizen.post(
        page(record, "details/sex/"), {"sex": "female", "differs": "on"}, follow=True
    )
    assert "Nothing is changed" in refused.content.decode()
    assert ChangeRequest.objects.count() == 1
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    lifecycle.register(moved, actor=cast.officer_there, checked=["photo"])
    waiting.refresh_from_db()
    assert waiting.state == RequestState.LAPSED


def test_refused_move_leaves_the_old_entry(cast, record):
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    lifecycle.refuse(moved, actor=cast.officer_there, ground="rules_not_met", text="Not here.")
    record.refresh_from_db()
    assert record.closed_at is None
    assert record.application.status == ApplicationStatus.REGISTERED


def test_country_without_a_mission_asks_which_one(cast, record):
    far = move_to("BR", "São Paulo", confirmed="1")
    shown = signed_in(cast.citizen).post(page(record, "moved/"), far)
    assert set(shown.context["form"].errors) == {"other", "reason"}
    named = far | {"other": cast.there.code, "reason": "The nearest one."}
    signed_in(cast.citizen).post(page(record, "moved/"), named)
    assert Application.objects.get(transfer_of=record).mission == cast.there


def test_who_is_on_the_register_does_not_start_again(cast, record):
    answer = signed_in(cast.citizen).post("/en/register/begin/self/")
    assert answer.url == "/en/account/"
    assert Application.objects.count() == 1


def test_old_mission_sees_nothing_typed_for_the_new_one(cast, record):
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    lifecycle.register(moved, actor=cast.officer_there, checked=["photo"])
    old = f"/admin/registrations/application/{record.application.public_id}/change/"
    shown = signed_in(cast.officer_here).get(old).content.decode()
    assert "Müllerstraße 12" in shown
    assert "Atatürk" not in shown
    new = f"/admin/registrations/application/{moved.public_id}/change/"
    assert signed_in(cast.officer_here).get(new).status_code == 404


# --- Closed at the old mission while the move is under way -------------------------------------


def moved_away(cast, record, ground):
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    lifecycle.deregister(record.application, actor=cast.officer_here, ground=ground)
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    return moved, f"/admin/registrations/application/{moved.public_id}/"


@pytest.mark.parametrize("ground", [DeregistrationGround.DEATH, DeregistrationGround.STAY_ENDED])
def test_new_mission_reads_that_the_old_entry_is_closed(cast, record, ground):
    _moved, case = moved_away(cast, record, ground)
    said = signed_in(cast.officer_there).get(f"{case}change/").context["cautions"][0]
    assert said.code == "left_closed"
    assert all(word in str(said.text) for word in (record.number, str(ground.label)))


def test_who_lost_the_citizenship_is_registered_only_after_asking(cast, record):
    moved, case = moved_away(cast, record, DeregistrationGround.CITIZENSHIP_ENDED)
    officer = signed_in(cast.officer_there)
    form = officer.get(f"{case}change/").context["form"]
    points = [code for code, _words in form.fields["checked"].choices]
    assert points[-1] == "earlier_entry"
    sent = {"seen_version": moved.version, "checked": points[:-1], "confirm": "1"}
    refused = officer.post(f"{case}register/", sent)
    assert refused.context["form"].errors.as_data()["checked"][0].code == "open"
    with pytest.raises(EarlierEntryEnded):
        lifecycle.register(moved, actor=cast.officer_there, checked=points[:-1])
    officer.post(f"{case}register/", sent | {"checked": points})
    assert ResidencyRecord.objects.in_force().get().mission == cast.there


def test_insert_still_in_the_passport_is_recorded_at_the_new_mission(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    insert = inserts.record_insert(
        record, number="77", issued_on=date(2026, 1, 9), actor=cast.officer_here
    )
    moved, case = moved_away(cast, record, DeregistrationGround.STAY_ENDED)
    opened = lifecycle.register(moved, actor=cast.officer_there, checked=["photo"])
    typed = {"number": "77", "issued_on_day": 9, "issued_on_month": 1, "issued_on_year": 2026}
    signed_in(cast.officer_there).post(f"{case}insert/", typed)
    insert.refresh_from_db()
    assert (insert.record, insert.returned_on) == (opened, None)


@pytest.mark.parametrize(("clock", "errors"), [("23:59", {"issued_on"}), ("00:00", set())])
def test_insert_is_recorded_on_the_day_of_the_mission(cast, clock, errors):
    tokyo = MissionFactory(country="JP", timezone="Asia/Tokyo")
    cast.officer_here.postings.create(mission=tokyo, role="officer", starts_on=date(2020, 1, 1))
    record = made.registered(tokyo, cast.officer_here, permanent=True)
    typed = {"number": "77", "issued_on_day": 28, "issued_on_month": 11, "issued_on_year": 2026}
    with at(f"2026-11-{27 if errors else 28} {clock}", "Asia/Tokyo"):
        answer = signed_in(cast.officer_here).post(
            f"/admin/registrations/application/{record.application.public_id}/insert/", typed
        )
    assert set(answer.context["form"].errors if errors else ()) == errors
    assert hasattr(ResidencyRecord.objects.get(pk=record.pk), "passport_insert") is not bool(errors)


# --- Nothing changed, and the proof of a change -------------------------------------------------


def test_saving_what_stands_already_sends_nothing(cast, record):
    record.application.applicant.refresh_from_db()
    language = record.application.applicant.language
    before = OutboxMessage.objects.count()
    answer = signed_in(cast.citizen).post(
        page(record, "details/contact/"), {"phone": record.citizen.phone, "language": language}
    )
    assert answer.url == page(record)
    assert OutboxMessage.objects.count() == before
    assert not AuditEvent.objects.filter(action="record.changed").exists()
    assert AuditEvent.objects.latest("id").action == "record.confirmed"


@pytest.fixture
def change(cast, record):
    client = signed_in(cast.citizen)
    client.post(page(record, "details/sex/"), {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    client.post(page(record, f"changes/{change.public_id}/"), {"upload": upload("wrong.jpg")})
    return change


def remove(user, copy):
    return signed_in(user).post(f"/en/copies/{copy.public_id}/remove/")


def test_proof_of_a_change_can_be_removed_and_replaced(cast, record, change):
    address = page(record, f"changes/{change.public_id}/")
    wrong = change.copies.get()
    assert f"/en/copies/{wrong.public_id}/remove/" in (
        signed_in(cast.citizen).get(address).content.decode()
    )
    assert remove(cast.citizen, wrong).url == address
    signed_in(cast.citizen).post(address, {"upload": upload("right.jpg")})
    assert [copy.original_name for copy in change.copies.filter(replaced_at=None)] == ["right.jpg"]
    officer = signed_in(cast.officer_here).get(
        f"/admin/registrations/changerequest/{change.public_id}/"
    )
    assert "right.jpg" in officer.content.decode()
    assert "wrong.jpg" not in officer.content.decode()


def test_removed_proof_replaces_no_copy_in_the_register(cast, record, change):
    attachments.store(
        record.application, kind="identity", upload=upload("passport.jpg"), actor=cast.citizen
    )
    remove(cast.citizen, change.copies.get())
    changes.accept(change, actor=cast.officer_here)
    kept = record.application.attachments.current()
    assert [copy.original_name for copy in kept] == ["passport.jpg"]


def test_proof_of_a_settled_change_stays(cast, record, change):
    changes.accept(change, actor=cast.officer_here)
    answer = remove(cast.citizen, change.copies.get())
    assert answer.url == page(record, f"changes/{change.public_id}/")
    assert change.copies.get().replaced_at is None


def test_nobody_else_removes_a_proof(cast, record, change):
    for user in (cast.other_citizen, cast.officer_here):
        assert remove(user, change.copies.get()).status_code == 404
    assert change.copies.get().replaced_at is None


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_change_taken_back_twice_was_taken_back(cast, record, change):
    address = page(record, f"changes/{change.public_id}/withdraw/")
    citizen = signed_in(cast.citizen)
    assert [said(citizen.post(address, follow=True)) for _each in range(2)] == [
        ["The change is taken back. The register stays as it was."],
        ["It is taken back already."],
    ]


def test_change_that_ended_with_the_entry_was_settled_by_nobody(cast, record, change):
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    citizen = signed_in(cast.citizen)
    proof = page(record, f"changes/{change.public_id}/")
    expected = ["It has ended already, without a decision."]
    assert said(citizen.post(f"{proof}withdraw/", follow=True)) == expected
    assert said(citizen.post(proof, {"upload": upload()}, follow=True)) == expected
    assert change.copies.count() == 1


def test_fifth_proof_is_not_taken(cast, record, change):
    citizen = signed_in(cast.citizen)
    proof = page(record, f"changes/{change.public_id}/")
    for _each in range(changes.MOST_PROOFS - 1):
        citizen.post(proof, {"upload": upload()})
    answer = citizen.post(proof, {"upload": upload()})
    assert answer.context["form"].errors.as_data()["upload"][0].code == "too_many"
    assert change.copies.count() == changes.MOST_PROOFS


def test_person_removed_twice_is_off_the_list(cast, record):
    contact = record.citizen.emergency_contacts.get()
    address = page(record, "details/emergency/")
    citizen = signed_in(cast.citizen)
    pressed = {"remove": str(contact.public_id)}
    answers = [citizen.post(address, pressed).url for _each in range(2)]
    assert answers == [page(record, "details/emergency/")] * 2
    assert record.citizen.emergency_contacts.count() == 0
    assert AuditEvent.objects.filter(action="record.changed").count() == 1
