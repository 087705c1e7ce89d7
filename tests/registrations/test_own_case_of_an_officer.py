"""An officer sees the own case, and that of whom he represents, as a citizen does."""

from datetime import date

import pytest

from registrations.models import ComingOfAge
from registrations.services import taking_over
from tests.clock import at, due_work_at, moment
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
ADMIN = "/admin/registrations"


@pytest.fixture(params=["self", "parent"])
def own(request, cast):
    """On the register of his own mission, or his child is."""
    child = {"birth_date": date(2016, 1, 1), "iin": ""} if request.param == "parent" else {}
    return made.registered(
        cast.here, cast.second_officer_here, account=cast.officer_here, capacity=request.param,
        **child,
    )  # fmt: skip


def test_officers_pages_hold_no_own_case(cast, own):
    officer, colleague = signed_in(cast.officer_here), signed_in(cast.second_officer_here)
    case = f"{ADMIN}/application/{own.application.public_id}/change/"
    assert (officer.get(case).status_code, colleague.get(case).status_code) == (404, 200)
    for address in ("application/?task=all", "residencyrecord/", f"application/?q={own.number}"):
        assert officer.get(f"{ADMIN}/{address}").context["cl"].result_count == 0
    assert officer.get("/admin/").context["registered"] == 0
    assert colleague.get("/admin/").context["registered"] == 1


def test_own_case_stays_open_to_the_citizen(cast, own):
    citizen = signed_in(cast.officer_here, methods=("code",))
    assert citizen.get(f"/en/account/{own.public_id}/").status_code == 200


def test_look_of_an_officer_who_was_the_parent_is_told(cast):
    with at("2026-12-15 12:00"):
        record = made.registered(
            cast.here,
            cast.second_officer_here,
            account=cast.officer_here,
            capacity="parent",
            birth_date=date(2009, 1, 1),
            iin="",
        )
        case = f"{ADMIN}/application/{record.application.public_id}/change/"
        ComingOfAge.objects.create(citizen=record.citizen, email=cast.citizen.email)
    due_work_at("2027-01-01 09:00")
    with at("2027-01-02 12:00"):
        taking_over.take_over(record, actor=cast.citizen)
        assert signed_in(cast.officer_here).get(case).status_code == 200
        own_data = f"/en/account/data/{record.citizen.public_id}/"
        looks = signed_in(cast.citizen).get(own_data).context["looks"]
    told = [(look.at, str(look.done)) for look in looks]
    assert told[0] == (moment("2027-01-02 12:00"), "opened your data")
    # What the parent did as a parent is no look; the other officer's decision is.
    assert [str(look.done) for look in looks[1:]] == ["worked on your case"] * (len(looks) - 1)
    assert cast.officer_here.email not in {look.where for look in looks}
