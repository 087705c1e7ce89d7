"""How fresh the register is, on every list an officer reads."""

from datetime import date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registrations.enums import DeregistrationGround
from registrations.models import Confirmation, LegalRepresentative, ResidencyRecord, TravelDocument
from registrations.services import (
    certificates,
    freshness,
    history,
    lifecycle,
    register_state,
)
from registrations.services.cautions import cautions_of
from tests.clock import at, due_work_at, moment
from tests.factories import registrations as made
from tests.factories.missions import MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
REGISTER = "/admin/registrations/residencyrecord/"


@pytest.fixture
def silent(cast):
    """An entry whose person never answered."""
    with at("2027-01-15 12:00"):
        record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    due_work_at("2027-12-15 09:00")
    due_work_at("2028-01-15 09:00")
    return record


@pytest.fixture
def confirmed(cast, silent):
    with at("2028-01-10 12:00"):
        return made.registered(cast.here, cast.officer_here, account=cast.other_citizen)


def listed(client, **filters):
    """The numbers in the register's list."""
    page = client.get(REGISTER, filters)
    return {row.number for row in page.context["cl"].result_list}


def test_register_shows_and_filters(cast, silent, confirmed):
    with at("2028-02-01 09:00"):
        officer = signed_in(cast.officer_here)
        page = officer.get(REGISTER).content.decode()
        assert "Unconfirmed since 15 Jan 2028</strong><br><small>no answer</small>" in page
        assert listed(officer) == {silent.number, confirmed.number}
        assert listed(officer, freshness="unconfirmed") == {silent.number}
        assert listed(officer, freshness="confirmed") == {confirmed.number}
        assert listed(officer, freshness="asked") == set()
        assert listed(signed_in(cast.officer_there), freshness="unconfirmed") == set()


def test_asked_stay_over_and_closed_have_filters(cast, confirmed):
    with at("2028-01-20 12:00"):
        closed = made.registered(cast.here, cast.officer_here)
        lifecycle.deregister(
            closed.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        )
    ResidencyRecord.objects.filter(pk=confirmed.pk).update(planned_end=date(2028, 1, 31))
    Confirmation.objects.create(
        record=confirmed, occasion="stay_ending", answer_by=date(2028, 3, 1)
    )
    with at("2028-02-01 09:00"):
        officer = signed_in(cast.officer_here)
        assert listed(officer, freshness="asked") == {confirmed.number}
        assert listed(officer, freshness="stay_over") == {confirmed.number}
        assert listed(officer, freshness="closed") == {closed.number}


def test_index_counts_the_unconfirmed(cast, silent, confirmed):
    with at("2028-02-01 09:00"):
        index = signed_in(cast.officer_here).get("/admin/")
        there = signed_in(cast.officer_there).get("/admin/")
    assert (index.context["registered"], index.context["unconfirmed"]) == (2, 1)
    assert (there.context["registered"], there.context["unconfirmed"]) == (0, 0)


def test_table_gives_the_share_of_each_mission(cast, silent, confirmed):
    with at("2028-02-01 09:00"):
        there = made.registered(cast.there, cast.officer_there)
        page = signed_in(cast.ministry).get(f"{REGISTER}freshness/")
        own = signed_in(cast.officer_here).get(f"{REGISTER}freshness/")
        assert signed_in(cast.citizen).get(f"{REGISTER}freshness/").status_code == 403
    assert [
        (share.mission, share.in_force, share.unconfirmed, share.percent)
        for share in page.context["shares"]
    ] == [(cast.here, 2, 1, 50), (cast.there, 1, 0, 100)]
    assert [share.mission for share in own.context["shares"]] == [cast.here]
    assert there.mission == cast.there


def test_hundred_percent_means_all():
    assert register_state.Share(None, in_force=1000, unconfirmed=1).percent == 99
    assert register_state.Share(None, in_force=0, unconfirmed=0).percent == 100


def codes_for(cast, record):
    """Of the cautions on the record page."""
    return {one.code for one in cautions_of(record.application, seen_by=cast.officer_here)}


def test_record_page_warns_since_when_and_why(cast, silent):
    with at("2028-02-01 09:00"):
        cautions = cautions_of(silent.application, seen_by=cast.officer_here)
        found = {one.code: str(one.text) for one in cautions}
        page = signed_in(cast.officer_here).get(
            f"/admin/registrations/application/{silent.application.public_id}/change/"
        )
    assert "no answer" in found["unconfirmed"]
    assert found["unconfirmed"] in page.content.decode()


def test_history_tells_what_the_portal_did_by_itself(cast, silent):
    with at("2028-02-01 09:00"):
        freshness.confirm(silent, actor=cast.citizen)
    told = [str(entry.what) for entry in history.history_of(silent.application)]
    assert told[:4] == [
        "Entry confirmed",
        "Message to the citizen: The entry in the consular register is unconfirmed: "
        f"{silent.number} (Email, Sent)",
        "Entry unconfirmed",
        f"Message to the citizen: Is the entry in the consular register still true? "
        f"{silent.number} (Email, Sent)",
    ]


def test_record_page_says_that_the_stay_is_over(cast, confirmed):
    ResidencyRecord.objects.filter(pk=confirmed.pk).update(planned_end=date(2028, 1, 31))
    with at("2028-01-31 12:00"):
        assert "stay_over" not in codes_for(cast, confirmed)
    with at("2028-02-01 09:00"):
        assert "stay_over" in codes_for(cast, confirmed)


def test_queue_marks_and_finds_the_unconfirmed(cast, silent, confirmed):
    queue = "/admin/registrations/application/"
    with at("2028-02-01 09:00"):
        officer = signed_in(cast.officer_here)
        page = officer.get(queue, {"task": "decided", "flag": "unconfirmed"})
    assert [row.reference for row in page.context["cl"].result_list] == [
        silent.application.reference
    ]


def test_certificates_show_it_too(cast, silent):
    with at("2028-02-01 09:00"):
        certificates.issue(
            silent, wording=certificates.Wording("A", "self", "B", "C"), actor=cast.officer_here
        )
        page = signed_in(cast.officer_here).get("/admin/registrations/registrationcertificate/")
    assert "Unconfirmed since" in page.content.decode()


def test_confirmed_again_leaves_every_list(cast, silent):
    with at("2028-02-01 09:00"):
        freshness.confirm(silent, actor=cast.citizen)
        officer = signed_in(cast.officer_here)
        assert listed(officer, freshness="unconfirmed") == set()
        assert officer.get("/admin/").context["unconfirmed"] == 0
        assert "unconfirmed" not in codes_for(cast, silent)


def test_list_takes_as_many_queries_for_three_as_for_one(cast):
    counts = []
    for _more in range(3):
        with at("2027-01-15 12:00"):
            made.registered(
                cast.here,
                cast.officer_here,
                account=cast.citizen,
                capacity="parent",
                iin="",
                birth_date=date(2009, 6, 10),
            )
        due_work_at("2027-06-10 00:05")
        with at("2027-06-11 09:00"):
            officer = signed_in(cast.officer_here)
            officer.get(REGISTER)
            with CaptureQueriesContext(connection) as queries:
                page = officer.get(REGISTER).content.decode()
        counts.append(len(queries))
    assert "came of age, no own address is known" in page
    assert counts[0] == counts[2]
    assert LegalRepresentative.objects.count() == 3


def test_citizen_sees_that_the_entry_is_unconfirmed(cast, silent):
    with at("2028-02-01 09:00"):
        page = signed_in(cast.citizen).get(f"/en/account/{silent.public_id}/").content.decode()
    assert "Unconfirmed since" in page
    assert silent.last_confirmed_at == moment("2027-01-15 12:00")


def test_stay_is_over_by_the_day_of_the_mission(cast):
    with at("2026-11-20 12:00"):
        record = made.registered(cast.here, cast.officer_here)
    los_angeles = MissionFactory(country="US", timezone="America/Los_Angeles")
    ResidencyRecord.objects.update(mission=los_angeles, planned_end=date(2026, 11, 26))
    # Seven in the evening of the last day, then ten minutes past midnight.
    for now, found in (("2026-11-27 03:00", []), ("2026-11-27 08:10", [record])):
        with time_machine.travel(datetime.fromisoformat(f"{now}+00:00"), tick=False):
            over = register_state.stay_is_over(ResidencyRecord.objects.all())
            assert list(over) == found


def test_officers_own_entry_elsewhere_is_not_his_register(cast, confirmed):
    with at("2028-02-01 09:00"):
        made.registered(cast.there, cast.officer_there, account=cast.officer_here)
        page = signed_in(cast.officer_here).get(f"{REGISTER}freshness/")
    assert [share.mission for share in page.context["shares"]] == [cast.here]
