"""An officer sees the own case, and that of whom he represents, as a citizen does."""

from datetime import date

import pytest

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
