"""A mission does not go on following people whose case with it is over."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from registrations.enums import DeregistrationGround
from registrations.models import Application
from registrations.services import certificates, lifecycle
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.sessions import signed_in

ADMIN = "/admin/registrations"
OLD, NEW = "Серікұлы", "Жаңағышев"


@pytest.fixture
def cast(transactional_db):
    """Each step in a transaction of its own, as the history of a person is kept."""
    return Cast.create()


def withdrawn(cast, account):
    return lifecycle.withdraw(made.submitted(cast.there, account=account), actor=account)


def refused(cast, account):
    return made.refused(cast.there, cast.officer_there, account=account)


def removed(cast, account):
    case = made.registered(cast.there, cast.officer_there, account=account).application
    ground = DeregistrationGround.OWN_APPLICATION
    return lifecycle.deregister(case, actor=cast.officer_there, ground=ground)


def moved(cast, account):
    record = made.registered(cast.there, cast.officer_there, account=account)
    new = {"country": "DE", "city": "Berlin", "arrived_on": date(2025, 1, 1)}
    case = made.told_of_move(record, cast.here, **new)
    lifecycle.register(
        lifecycle.take(case, actor=cast.officer_here), actor=cast.officer_here, checked=["photo"]
    )
    return record.application


@pytest.fixture(params=[withdrawn, refused, removed, moved])
def ended(request, cast):
    """A case that is over in Ankara; the person lives in Berlin by now, under another name."""
    case = request.param(cast, cast.citizen)
    if request.param is not moved:
        made.registered(cast.here, cast.officer_here, account=cast.citizen)
    citizen = cast.citizen.citizen
    citizen.family_name, citizen.family_name_latin = NEW, "ZHANAGYSHEV"
    citizen.phone, citizen.phone_e164 = "+49 30 999999", "+4930999999"
    citizen.save()
    document = citizen.document
    document.number, document.expires_on = "N99999999", date(2026, 1, 1)
    document.save()
    User.objects.filter(pk=cast.citizen.pk).update(mail_refused_at=timezone.now())
    return Application.objects.get(pk=case.pk)


def test_record_page_of_an_ended_case_shows_what_was_known(cast, ended):
    page = signed_in(cast.officer_there).get(f"{ADMIN}/application/{ended.public_id}/change/")
    words = page.content.decode()
    assert page.context["cautions"] == []
    entry = cast.citizen.citizen.residency_records.in_force().get()
    today = (NEW, "ZHANAGYSHEV", "999999", "N99999999", entry.number, str(cast.here))
    assert [fact for fact in today if fact in words] == []
    assert f"{ended} {OLD} Ақжол" in words


def test_lists_name_the_person_as_the_ended_case_does(cast, ended):
    there = signed_in(cast.officer_there)
    queue = there.get(f"{ADMIN}/application/", {"task": "all"})
    (row,) = queue.context["cl"].result_list
    assert (row.flag_expired, row.flag_minor, row.flag_duplicate) == (False, False, False)
    lists = [queue, there.get(f"{ADMIN}/residencyrecord/")]
    assert [NEW in page.content.decode() for page in lists] == [False, False]
    assert OLD in queue.content.decode()


def found(client, term, name="application"):
    """Whether the search leads to a case or lists one."""
    everywhere = {"task": "all"} if name == "application" else {}
    page = client.get(f"{ADMIN}/{name}/", {"q": term} | everywhere)
    return page.status_code == 302 or page.context["cl"].result_count > 0


def test_what_is_true_today_finds_no_ended_case(cast, ended):
    there, here = signed_in(cast.officer_there), signed_in(cast.officer_here)
    today = (NEW, "zhanagyshev", "+4930999999", "N99999999", cast.citizen.email)
    assert [term for term in today if found(there, term)] == []
    assert [term for term in today if not found(here, term)] == []
    assert not found(there, NEW, "residencyrecord")
    assert found(here, NEW, "residencyrecord")


def test_ended_case_is_found_by_what_was_known(cast, ended):
    there = signed_in(cast.officer_there)
    known = (OLD, "серікұлы ақжол", "AKZHOL", made.IIN, ended.reference)
    assert [term for term in known if not found(there, term)] == []
    has_entry = hasattr(ended, "residency_record")
    assert found(there, OLD, "residencyrecord") is has_entry


def test_waiting_case_is_found_by_what_was_sent(cast):
    case = made.more_info(
        cast.here, cast.officer_here, pages=["name", "latin-name", "document"], account=cast.citizen
    )
    citizen = signed_in(cast.citizen)
    typed = {
        "name": {"family_name": NEW, "given_names": "Ақжол"},
        "latin-name": {"family_name_latin": "ZHANAGYSHEV", "given_names_latin": "AKZHOL"},
        "document": {
            "type": "passport",
            "number": "N99999999",
            "issued_on_day": 1,
            "issued_on_month": 1,
            "issued_on_year": 2024,
        },
    }
    for key, answers in typed.items():
        assert citizen.post(f"/en/register/{case.public_id}/{key}/", answers).status_code == 302
    here = signed_in(cast.officer_here)
    sent, unsent = (OLD, "SERIKULY", "N12345678"), (NEW, "ZHANAGYSHEV", "N99999999")
    assert [term for term in (*sent, *unsent) if found(here, term)] == list(sent)
    lifecycle.answer(case, actor=cast.citizen)
    assert [term for term in (*sent, *unsent) if found(here, term)] == list(unsent)


def test_waiting_case_is_found_by_the_phone_of_then_and_of_now(cast):
    case = made.more_info(cast.here, cast.officer_here, pages=["contact"], account=cast.citizen)
    signed_in(cast.citizen).post(
        f"/en/register/{case.public_id}/contact/", {"phone": "+49 30 999999", "language": "en"}
    )
    here = signed_in(cast.officer_here)
    assert [found(here, phone) for phone in ("+4915123456789", "+4930999999")] == [True, True]


def test_certificate_of_a_closed_entry_keeps_its_name(cast):
    record = made.registered(cast.there, cast.officer_there, account=cast.citizen)
    wording = certificates.Wording("A", "self", "B", "C")
    certificates.issue(record, wording=wording, actor=cast.officer_there)
    ground = DeregistrationGround.OWN_APPLICATION
    lifecycle.deregister(record.application, actor=cast.officer_there, ground=ground)
    citizen = cast.citizen.citizen
    citizen.family_name = NEW
    citizen.save()
    page = signed_in(cast.officer_there).get(f"{ADMIN}/registrationcertificate/")
    assert (OLD in page.content.decode(), NEW in page.content.decode()) == (True, False)


@pytest.mark.parametrize("address", ["application/?task=all", "residencyrecord/"])
def test_lists_of_ended_cases_take_the_same_queries_for_one_and_for_three(cast, address):
    there = signed_in(cast.officer_there)
    there.get(f"{ADMIN}/{address}")
    counts = []
    for _each in range(3):
        refused(cast, UserFactory())
        removed(cast, UserFactory())
        with CaptureQueriesContext(connection) as queries:
            there.get(f"{ADMIN}/{address}")
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_order_by_name_tells_nothing_of_who_has_left(cast):
    accounts = [UserFactory(), UserFactory()]
    cases = [moved(cast, account) for account in accounts]
    there = signed_in(cast.officer_there)

    def sorted_by_name():
        page = there.get(f"{ADMIN}/application/", {"task": "all", "o": "2"})
        return [row.pk for row in page.context["cl"].result_list]

    before = sorted_by_name()
    for account, name in zip(accounts, ("Яковлев", "Абаев"), strict=True):
        account.citizen.family_name = name
        account.citizen.save()
    assert sorted_by_name() == before
    assert sorted(before) == sorted(case.pk for case in cases)


@pytest.mark.parametrize("address", ["application/?task=all&o=2", "helprequest/?o=2"])
def test_cases_under_way_are_ordered_by_name(cast, address):
    for name in ("Яковлев", "Абаев"):
        record = made.registered(cast.here, cast.officer_here, family_name=name)
        made.called_for_help(record, actor=record.citizen.account)
    words = signed_in(cast.officer_here).get(f"{ADMIN}/{address}").content.decode()
    assert words.index("Абаев") < words.index("Яковлев")
