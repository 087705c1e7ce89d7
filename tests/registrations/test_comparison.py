"""A possible duplicate beside the case: marked in words, scoped, logged, never changed."""

import re

import pytest

from accounts.models import AuditEvent
from registrations.models import Application
from registrations.services.looks import looks_at
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
SECRET = "Құпия көшесі 99"


def address(case, other):
    base = "/admin/registrations/application"
    return f"{base}/{case.public_id}/compare/{other.public_id}/"


def record_page(case):
    return f"/admin/registrations/application/{case.public_id}/change/"


def test_caution_leads_to_the_comparison(cast):
    case, other = made.submitted(cast.here), made.submitted(cast.here)
    page = signed_in(cast.officer_here).get(record_page(case))
    assert [(one.code, one.other) for one in page.context["cautions"]] == [("duplicate", other)]
    assert address(case, other) in page.content.decode()


def test_differences_are_marked_by_a_word(cast):
    case = made.submitted(cast.here, street="Müllerstraße 12")
    other = made.submitted(cast.here, street="Neue Straße 1")
    page = signed_in(cast.officer_here).get(address(case, other))
    differing = [
        (pair.label, pair.here, pair.there)
        for _section, pairs in page.context["pairs"]
        for pair in pairs
        if pair.differs
    ]
    assert differing == [("Street, house, flat", "Müllerstraße 12", "Neue Straße 1")]
    row = re.search(r'<tr class="differs">.*?</tr>', page.content.decode())[0]
    assert "Differs:" in row
    assert row.count("<strong>") == 2


def test_answers_only_one_entry_has_are_shown(cast):
    case = made.submitted(cast.here)
    other = made.submitted(cast.here, permanent=True)
    page = signed_in(cast.officer_here).get(address(case, other))
    pairs = {
        str(pair.label): pair
        for _section, found in page.context["pairs"]
        for pair in found
        if pair.differs
    }
    assert (pairs["Number of the decision"].here, pairs["Number of the decision"].there) == (
        None,
        "1234",
    )


def test_entry_of_another_mission_is_neither_named_nor_shown(cast):
    """Whoever sends a name and a birth date must not learn where the person lives."""
    case = made.submitted(cast.here, iin="")
    other = made.registered(cast.there, cast.officer_there, street=SECRET)
    officer = signed_in(cast.officer_here)
    page = officer.get(record_page(case))
    words = page.content.decode()
    assert [(one.code, one.other) for one in page.context["cautions"]] == [
        ("duplicate_elsewhere", None),
        ("no_iin", None),
    ]
    hidden = (other.application.reference, other.number, str(cast.there), SECRET)
    assert [fact for fact in hidden if fact in words] == []
    assert officer.get(address(case, other.application)).status_code == 404
    assert looks_at(other.citizen)[0].where == f"Embassy, {cast.there.city}"


def test_ministry_compares_across_missions(cast):
    case = made.submitted(cast.here)
    other = made.submitted(cast.there)
    ministry = signed_in(cast.ministry)
    assert [one.other for one in ministry.get(record_page(case)).context["cautions"]] == [other]
    assert ministry.get(address(case, other)).status_code == 200


def test_whoever_is_named_as_a_duplicate_reads_it(cast):
    case, other = made.submitted(cast.here), made.submitted(cast.here)
    signed_in(cast.officer_here).get(record_page(case))
    seen = [(look.done, look.where) for look in looks_at(other.citizen)]
    assert seen == [("compared your data with a similar application", "Embassy, Berlin")]


def test_comparison_is_no_way_to_somebody_else(cast):
    case = made.submitted(cast.here)
    stranger = made.submitted(cast.here, iin="", given_names="Берік", given_names_latin="BERIK")
    draft = made.draft(cast.here)
    officer = signed_in(cast.officer_here)
    assert officer.get(address(case, stranger)).status_code == 404
    assert officer.get(address(case, draft)).status_code == 404
    assert officer.get(address(case, case)).status_code == 404
    assert signed_in(cast.officer_there).get(address(case, stranger)).status_code == 404


def test_comparison_is_logged_for_both_and_changes_nothing(cast):
    case, other = made.submitted(cast.here), made.submitted(cast.here)
    before = list(Application.objects.order_by("pk").values())
    officer = signed_in(cast.officer_here)
    officer.get(address(case, other))
    assert list(Application.objects.order_by("pk").values()) == before
    logged = list(
        AuditEvent.objects.order_by("-id").values_list("action", "target_id", "actor_email")[:2]
    )
    email = cast.officer_here.email
    assert logged == [
        ("application.viewed", str(other.public_id), email),
        ("application.compared", str(case.public_id), email),
    ]
    assert officer.post(address(case, other)).status_code == 405
