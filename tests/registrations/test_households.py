"""What an account has told of its home is not asked again for a child; what is not known is."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from missions.models import ConsularServices
from registrations.enums import ApplicationStatus, Capacity
from registrations.models import Application, FamilyMember
from registrations.services import applying_again, changes, departures, freshness, lifecycle
from tests.clock import at
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.files import upload
from tests.markup import Page
from tests.registrations.test_represented_page import BOY, PARTS
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

HOME = ["place", "mission", "length", "address", "contact", "stay", "emergency"]
LEFT = "<dt>Household</dt><dd>–</dd>"
PASSPORT = {"type": "passport", "number": "N7654321", "issued_on_day": "1 2 2020"}


def register_parent(cast, **more):
    """The entry of a parent who came on 1 September 2024 to study and has told all of the home."""
    case = made.draft(
        cast.here,
        account=cast.citizen,
        street="Ану көшесі 5",
        postcode="10115",
        second_phone="+49 30 1234567",
        **more,
    )
    Application.objects.filter(pk=case.pk).update(
        occupation="Университет",
        education="Инженер",
        address_in_kazakhstan="Қызылорда, Абай 1",
        planned_end=timezone.localdate() + timedelta(days=300),
    )
    FamilyMember.objects.create(
        citizen=case.citizen, name="Динара", relation="spouse", citizenship="KZ"
    )
    sent = lifecycle.take(made.send(case), actor=cast.officer_here)
    return lifecycle.register(sent, actor=cast.officer_here, checked=["photo"])


def begin(account, capacity=Capacity.PARENT):
    """The draft after the one press, as somebody else of the account's home."""
    answer = signed_in(account).post(f"/en/register/begin/{capacity}/")
    return Application.objects.get(public_id=answer.url.split("/")[3])


def check_page(draft):
    answer = signed_in(draft.applicant).get(f"/en/register/{draft.public_id}/check/")
    assert answer.status_code == 200
    return answer


def answer_all(draft, **typed):
    """Type what is asked and send the copies; the keys of the pages in turn."""
    client, base = signed_in(draft.applicant), f"/en/register/{draft.public_id}/"
    asked, address = [], client.get(base).url
    typed = {"person": BOY, "document": PASSPORT} | typed
    while not address.endswith("/check/"):
        key = address.rstrip("/").rpartition("/")[2]
        asked.append(key)
        sent = {"upload": upload()} if "/copies/" in address else typed[key]
        answer = client.post(address, sent)
        assert answer.status_code == 302, (key, answer.context["form"].errors)
        address = answer.url
    return asked


# --- What is taken ----------------------------------------------------------------------------


def test_home_of_the_parent_is_told_once(cast):
    entry = register_parent(cast)
    draft = begin(cast.citizen)
    own = entry.application
    assert draft.answered_pages == HOME
    for field in ("country", "region", "city", "mission", "stay", "arrived_on", "planned_end"):
        assert getattr(draft, field) == getattr(own, field), field
    child = draft.citizen
    assert (child.street, child.postcode, child.local_address) == ("Ану көшесі 5", "10115", "")
    assert (child.phone, child.phone_e164) == ("+49 151 23456789", "+4915123456789")
    assert child.second_phone == "+49 30 1234567"
    contact = child.emergency_contacts.get()
    assert (contact.name, contact.phone) == ("Серік", "+7 701 1234567")
    assert own.citizen.emergency_contacts.count() == 1


def test_what_is_of_the_parent_is_not_taken(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    assert draft.purpose == "family"
    assert (draft.occupation, draft.education, draft.address_in_kazakhstan) == ("", "", "")
    child = draft.citizen
    assert child.family.count() == 0
    assert (child.full_name, child.birth_date, child.sex, child.iin) == ("", None, "", "")
    assert child.document is None


@pytest.mark.parametrize(
    ("to_the_parent", "to_the_child"),
    [
        ("parent", "relative"),
        ("sibling", "relative"),
        ("spouse", "other"),
        ("relative", "relative"),
        ("friend", "friend"),
        ("other", "other"),
    ],
)
def test_contact_is_to_the_child_what_it_surely_is(cast, to_the_parent, to_the_child):
    entry = register_parent(cast)
    entry.citizen.emergency_contacts.update(relation=to_the_parent)
    first = begin(cast.citizen)
    assert first.citizen.emergency_contacts.get().relation == to_the_child
    answer_all(first)
    made.send(first)
    assert begin(cast.citizen).citizen.emergency_contacts.get().relation == to_the_child


def test_whom_to_call_is_asked_where_it_may_be_the_child(cast):
    entry = register_parent(cast)
    entry.citizen.emergency_contacts.update(relation="child")
    draft = begin(cast.citizen)
    assert draft.answered_pages == [key for key in HOME if key != "emergency"]
    assert draft.citizen.emergency_contacts.count() == 0


def test_nobody_to_call_is_taken_too(cast):
    register_parent(cast).citizen.emergency_contacts.all().delete()
    draft = begin(cast.citizen)
    assert ("emergency" in draft.answered_pages, draft.citizen.emergency_contacts.count()) == (
        True,
        0,
    )


# --- The walk ---------------------------------------------------------------------------------


def test_child_of_a_registered_parent_takes_four_pages_to_the_check(cast):
    register_parent(cast)
    assert answer_all(begin(cast.citizen)) == [
        "person",
        "document",
        "identity-copy",
        "representation-copy",
    ]


def test_second_child_is_asked_no_more(cast):
    register_parent(cast)
    first = begin(cast.citizen)
    answer_all(first)
    made.send(first)
    second = begin(cast.citizen)
    assert second.pk != first.pk
    assert answer_all(second, person=BOY | {"given_names": "Ақжан"}) == [
        "person",
        "document",
        "identity-copy",
        "representation-copy",
    ]
    assert (second.city, second.citizen.street) == ("Berlin", "Ану көшесі 5")


def test_child_of_a_permanent_resident_is_asked_for_its_own_decision(cast):
    register_parent(cast, permanent=True)
    permit = {
        "number": "77",
        "issued_on_day": "5 5 2015",
        "issued_by": "Полиция департаменті",
    }
    assert answer_all(begin(cast.citizen), **{"exit-permit": permit}) == [
        "person",
        "document",
        "exit-permit",
        "identity-copy",
        "exit-permit-copy",
        "photo",
        "representation-copy",
    ]


def test_back_leads_through_what_was_asked(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft)
    base = f"/en/register/{draft.public_id}/"
    client = signed_in(cast.citizen)
    pages = ["person/", "document/", "copies/identity-copy/", "copies/representation-copy/"]
    back = [client.get(base + page).context["back"] for page in pages]
    assert back == ["/en/account/", *(base + page for page in pages[:-1])]
    parts = [client.get(base + page).context["progress"] for page in pages]
    assert parts == [(1, 3), (2, 3), (3, 3), (3, 3)]


def test_parent_who_told_of_no_home_is_asked_for_it(cast):
    draft = begin(cast.citizen)
    assert draft.answered_pages == []
    client, base = signed_in(cast.citizen), f"/en/register/{draft.public_id}/"
    asked = ["place", "mission", "length", "person", "document", "address", "contact", "stay"]
    asked += ["life", "emergency", "household"]
    back = [client.get(f"{base}{key}/").context["back"] for key in asked]
    assert back == ["/en/account/", *(f"{base}{key}/" for key in asked[:-1])]


def test_draft_without_a_name_gets_the_home_told_meanwhile(cast):
    begun = begin(cast.citizen)
    register_parent(cast)
    again = begin(cast.citizen)
    assert (again.pk, again.answered_pages) == (begun.pk, HOME)


def test_account_begins_with_one_press(cast):
    client = signed_in(cast.citizen)
    assert "/begin/" not in client.get("/en/account/").content.decode()
    register_parent(cast)
    action = "/en/register/begin/parent/"
    assert action in Page.of(client.get("/en/account/")).values("action", "form")
    begun = client.post(action).url
    draft = Application.objects.get(capacity=Capacity.PARENT)
    assert client.get(begun).url == f"/en/register/{draft.public_id}/person/"


# --- From whom --------------------------------------------------------------------------------


def register_child(cast, **more):
    """A child's entry, of a home of its own."""
    traits = {"capacity": Capacity.PARENT, "birth_date": date(2015, 1, 1), "iin": ""} | more
    return made.registered(cast.there, cast.officer_there, account=cast.citizen, **traits)


def test_own_home_counts_whatever_was_said_of_a_child_since(cast):
    """The child may live with the other parent."""
    register_parent(cast)
    child = register_child(cast, street="Басқа көше 1")
    freshness.confirm(child, actor=cast.citizen)
    assert begin(cast.citizen).citizen.street == "Ану көшесі 5"


def test_home_of_a_child_is_taken_where_the_parent_told_of_none(cast):
    """Since when that child is there, and whom to call for it, says nothing of this one."""
    register_child(cast, street="Баланың үйі 1")
    draft = begin(cast.citizen)
    assert draft.answered_pages == ["place", "mission", "length", "address", "contact"]
    assert (draft.citizen.street, draft.arrived_on) == ("Баланың үйі 1", None)
    assert draft.citizen.emergency_contacts.count() == 0
    answer_all(
        draft,
        stay={"arrived_on_day": "1 6 2025", "end_unknown": "on", "purpose": "family"},
        emergency={"nobody": "on"},
    )
    assert "Taken from the registration of Серікұлы Ақжол" in check_page(draft).content.decode()


def test_entry_that_was_kept_true_is_taken_as_it_is_now(cast):
    entry = register_parent(cast)

    def write(application):
        application.citizen.street = "Түзетілген 9"
        application.citizen.save()

    first = begin(cast.citizen)
    answer_all(first)
    made.send(first)
    changes.change_at_once(entry, "address", write=write, actor=cast.citizen)
    assert begin(cast.citizen).citizen.street == "Түзетілген 9"


def test_answer_that_is_not_sent_is_not_taken(cast):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen, pages=["address"])
    typed = {"street": "Жіберілмеген 1"}
    signed_in(cast.citizen).post(f"/en/register/{case.public_id}/address/", typed)
    assert begin(cast.citizen).citizen.street == "Müllerstraße 12"


def test_home_one_moves_to_is_taken_with_its_mission(cast):
    entry = register_parent(cast)
    made.told_of_move(entry, cast.there, street="Ататүрік 7", arrived_on=date(2026, 9, 1))
    freshness.confirm(entry, actor=cast.citizen)
    draft = begin(cast.citizen)
    assert (draft.country, draft.mission) == ("TR", cast.there)
    assert (draft.citizen.street, draft.arrived_on) == ("Ататүрік 7", date(2026, 9, 1))


def nothing_taken(draft):
    return (draft.answered_pages, draft.country, draft.citizen.street) == ([], "", "")


def test_home_of_another_account_is_never_taken(cast):
    register_parent(cast)
    assert nothing_taken(begin(cast.other_citizen))


def test_draft_that_was_never_sent_tells_nothing(cast):
    made.draft(cast.here, account=cast.citizen)
    assert nothing_taken(begin(cast.citizen))


def test_withdrawn_application_tells_nothing(cast):
    sent = made.submitted(cast.here, account=cast.citizen)
    lifecycle.withdraw(sent, actor=cast.citizen)
    assert nothing_taken(begin(cast.citizen))


def test_refused_application_tells_nothing(cast):
    made.refused(cast.here, cast.officer_here, account=cast.citizen)
    assert nothing_taken(begin(cast.citizen))


def test_application_before_the_one_withdrawn_tells_nothing(cast):
    refused = made.refused(cast.here, cast.officer_here, account=cast.citizen)
    again = made.send(applying_again.apply_again(refused, actor=cast.citizen))
    lifecycle.withdraw(again, actor=cast.citizen)
    assert nothing_taken(begin(cast.citizen))


def test_move_that_came_to_nothing_leaves_the_home_where_it_was(cast):
    moved = made.told_of_move(register_parent(cast), cast.there)
    lifecycle.withdraw(moved, actor=cast.citizen)
    assert begin(cast.citizen).citizen.street == "Ану көшесі 5"


def test_home_one_moves_to_before_a_page_is_saved_is_the_home(cast):
    entry = register_parent(cast)
    begun = begin(cast.citizen)
    made.told_of_move(entry, cast.there, city="Анкара")
    again = begin(cast.citizen)
    assert (again.pk, again.country, again.mission) == (begun.pk, "TR", cast.there)


def test_home_that_changed_since_a_page_was_saved_is_named_on_the_check_page(cast):
    entry = register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft)
    made.told_of_move(entry, cast.there, city="Анкара", arrived_on=date(2024, 9, 1))
    page = check_page(draft)
    assert [step.key for step in page.context["taken"].others] == ["place", "mission", "address"]
    assert "Here it reads otherwise than there. Check:" in page.content.decode()


def test_who_left_the_register_has_no_home_here(cast):
    entry = register_parent(cast)
    notice = departures.give_notice(entry, reason="returned", text="", actor=cast.citizen)
    notice.undo_until = timezone.now()
    notice.save()
    departures.close_entry(notice, actor=cast.officer_here)
    assert nothing_taken(begin(cast.citizen))


def test_child_that_came_of_age_tells_its_parent_nothing(cast):
    born = date(timezone.localdate().year - 17, 1, 1)
    child = made.registered(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        capacity=Capacity.PARENT,
        birth_date=born,
        iin="",
    )
    child.citizen.representatives.update(
        began_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    assert nothing_taken(begin(cast.citizen))


@pytest.mark.parametrize("capacity", [Capacity.PARENT, Capacity.REPRESENTATIVE])
def test_home_of_a_represented_person_is_nobody_elses(cast, capacity):
    made.submitted(cast.here, account=cast.citizen, capacity=Capacity.REPRESENTATIVE)
    assert nothing_taken(begin(cast.citizen, capacity))


# --- What is not known is asked ---------------------------------------------------------------


def closed(cast):
    cast.here.is_open = False
    cast.here.save()


def without_consular_work(cast):
    cast.here.provides_consular_services = ConsularServices.NO
    cast.here.save()


def serving_another_place(cast):
    cast.here.districts.update(mission=MissionFactory())


@pytest.mark.parametrize("happened", [closed, without_consular_work, serving_another_place])
def test_mission_that_serves_the_home_no_more_is_asked_for(cast, happened):
    register_parent(cast)
    happened(cast)
    draft = begin(cast.citizen)
    assert (draft.mission, draft.city) == (None, "Berlin")
    assert draft.answered_pages == [key for key in HOME if key != "mission"]
    use = {"choice": "other", "other": cast.there.code, "reason": "Жақын"}
    assert answer_all(draft, mission=use)[:2] == ["mission", "person"]


def test_mission_chosen_for_a_reason_is_asked_for(cast):
    entry = register_parent(cast)
    Application.objects.filter(pk=entry.application_id).update(other_mission_reason="It is nearer")
    draft = begin(cast.citizen)
    assert (draft.mission, "mission" in draft.answered_pages) == (None, False)


def test_region_is_asked_for_where_there_was_none(cast):
    register_parent(cast)
    DistrictFactory(mission=MissionFactory(), region_code="DE-BY", region_name="Bayern")
    draft = begin(cast.citizen)
    assert draft.answered_pages == [key for key in HOME if key != "mission"]
    asked = answer_all(draft, region={"region": "DE-BY"}, mission={"choice": "right"})
    assert asked[:3] == ["region", "mission", "person"]


def test_region_is_taken_while_it_can_be_chosen(cast):
    row = DistrictFactory(mission=MissionFactory(), region_code="DE-BY", region_name="Bayern")
    entry = register_parent(cast)
    Application.objects.filter(pk=entry.application_id).update(region="DE-BY", mission=row.mission)
    draft = begin(cast.citizen)
    assert (draft.region, draft.mission) == ("DE-BY", row.mission)
    assert draft.answered_pages == ["place", "region", *HOME[1:]]
    assert answer_all(draft)[0] == "person"


def test_end_that_has_passed_is_asked_for(cast):
    entry = register_parent(cast)
    yesterday = timezone.localdate() - timedelta(days=2)
    Application.objects.filter(pk=entry.application_id).update(planned_end=yesterday)
    draft = begin(cast.citizen)
    assert draft.answered_pages == [key for key in HOME if key != "stay"]
    assert (draft.arrived_on, draft.purpose) == (date(2024, 9, 1), "family")


def test_end_that_is_not_known_is_not_asked_for(cast):
    entry = register_parent(cast)
    Application.objects.filter(pk=entry.application_id).update(planned_end=None)
    draft = begin(cast.citizen)
    assert (draft.answered_pages, draft.planned_end) == (HOME, None)


def test_home_is_not_taken_for_a_represented_adult(cast):
    register_parent(cast)
    assert nothing_taken(begin(cast.citizen, Capacity.REPRESENTATIVE))


# --- Nobody arrives before birth --------------------------------------------------------------


def born(day, country):
    year, month, day = day.split("-")
    parts = {"birth_date_year": year, "birth_date_month": month, "birth_date_day": day}
    return BOY | parts | {"birth_country": country}


def answer_person(draft, typed):
    page = f"/en/register/{draft.public_id}/person/"
    assert signed_in(draft.applicant).post(page, typed).status_code == 302
    draft.refresh_from_db()


def test_child_born_there_later_is_there_since_birth(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft, person=born("2025-03-04", "DE"))
    draft.refresh_from_db()
    assert draft.arrived_on == date(2025, 3, 4)
    assert "The child was born after you arrived" in check_page(draft).content.decode()


def test_arrival_of_a_child_born_elsewhere_later_is_asked_for(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    stay = {"arrived_on_day": "1 6 2025", "end_unknown": "on", "purpose": "family"}
    asked = answer_all(draft, person=born("2025-03-04", "KZ"), stay=stay)
    assert asked == ["person", "document", "stay", "identity-copy", "representation-copy"]
    draft.refresh_from_db()
    assert draft.arrived_on == date(2025, 6, 1)


def test_arrival_is_settled_though_the_parent_has_put_the_own_right(cast):
    entry = register_parent(cast)
    draft = begin(cast.citizen)
    client, page = signed_in(cast.citizen), f"/en/register/{draft.public_id}/address/"
    assert client.post(page, {"street": "Ану көшесі 5"}).status_code == 302
    Application.objects.filter(pk=entry.application_id).update(arrived_on=date(2024, 10, 1))
    answer_person(draft, born("2025-03-04", "DE"))
    assert draft.arrived_on == date(2025, 3, 4)


def test_birth_date_put_right_gives_the_arrival_back(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_person(draft, born("2025-03-04", "DE"))
    answer_person(draft, born("2015-03-04", "DE"))
    assert (draft.arrived_on, "stay" in draft.answered_pages) == (date(2024, 9, 1), True)


def test_arrival_somebody_has_said_stays(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    stay = {"arrived_on_day": "1 6 2025", "end_unknown": "on", "purpose": "family"}
    signed_in(cast.citizen).post(f"/en/register/{draft.public_id}/stay/", stay)
    answer_person(draft, born("2025-03-04", "DE"))
    assert draft.arrived_on == date(2025, 6, 1)


# --- The check page and the declaration -------------------------------------------------------


def listed(draft):
    found = check_page(draft).context["taken"]
    return [step.key for step in found.pages] if found else None


def test_check_page_says_what_was_taken_from_whom(cast):
    with at("2026-03-03 00:30"):
        register_parent(cast)
    with at("2026-10-05 12:00"):
        first = begin(cast.citizen)
        answer_all(first)
        said = check_page(first).content.decode()
        assert "Taken from your registration of 3 March 2026. Change what is different:" in said
        assert "The purpose of the child's stay is written as “Family”." in said
        assert listed(first) == HOME


def test_answer_that_was_changed_is_no_longer_said_to_be_taken(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft)
    page = f"/en/register/{draft.public_id}/address/?check"
    answer = signed_in(cast.citizen).post(page, {"street": "Әкесінің үйі 3"})
    assert answer.url == f"/en/register/{draft.public_id}/check/"
    assert listed(draft) == [key for key in HOME if key != "address"]


def test_own_application_is_taken_from_nobody(cast):
    child = made.submitted(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    assert child.submitted_at is not None
    own = made.draft(cast.here, account=cast.citizen)
    assert listed(own) is None


def test_pages_that_were_left_can_be_filled_in(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft)
    changed = [link for link in Page.of(check_page(draft)).values("href", "a") if "?check" in link]
    base = f"/en/register/{draft.public_id}/"
    for key in (*HOME, *PARTS, "life", "household"):
        assert f"{base}{key}/?check" in changed, key
    client = signed_in(cast.citizen)
    household = client.get(f"{base}household/?check").context["form"]
    assert household["nobody"].value() is False
    assert client.post(f"{base}life/?check", {"occupation": "Мектеп"}).url == f"{base}check/"


def test_officer_gets_a_whole_declaration(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft)
    sent = made.send(draft)
    declared = sent.current_declaration.answers
    assert {key for key, answer in declared.items() if not answer} == {"other-names", "household"}
    assert set(declared) == {
        *HOME,
        *PARTS,
        "document",
        "life",
        "household",
        "identity-copy",
        "representation-copy",
    }
    page = f"/admin/registrations/application/{sent.public_id}/change/"
    said = signed_in(cast.officer_here).get(page).content.decode()
    for words in ("Ану көшесі 5", "+49 151 23456789", "Серік, other relative", LEFT):
        assert words in said, words
    case = lifecycle.take(sent, actor=cast.officer_here)
    checked = ["photo", "capacity"]
    entry = lifecycle.register(case, actor=cast.officer_here, checked=checked)
    assert (entry.mission, entry.planned_end) == (cast.here, draft.planned_end)


def test_page_left_open_does_not_reopen_with_a_question(cast):
    register_parent(cast)
    draft = begin(cast.citizen)
    answer_all(draft)
    case = lifecycle.take(made.send(draft), actor=cast.officer_here)
    lifecycle.ask(
        case,
        actor=cast.officer_here,
        pages=["address"],
        text="Which flat?",
        answer_by=timezone.localdate() + timedelta(days=14),
    )
    client, base = signed_in(cast.citizen), f"/en/register/{draft.public_id}/"
    assert client.post(f"{base}address/", {"street": "Ану көшесі 5-12"}).url == f"{base}check/"
    assert client.post(f"{base}answer/").status_code == 302
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW


def test_each_account_has_its_own_home(cast):
    """Two parents, two homes: each child begins in the one of the account that registers it."""
    register_parent(cast)
    other = UserFactory()
    made.submitted(cast.there, account=other, street="Ататүрік 1")
    assert begin(other).citizen.street == "Ататүрік 1"
    assert begin(cast.citizen).citizen.street == "Ану көшесі 5"
