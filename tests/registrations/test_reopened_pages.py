"""Which pages reopen for an answer, and that no page is a dead end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registrations.enums import ApplicationStatus
from registrations.models import Application
from registrations.services import drafts, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
PERMIT = {
    "number": "77",
    "issued_on_day": 1,
    "issued_on_month": 1,
    "issued_on_year": 2024,
    "issued_by": "ДВД",
}


def page(case, rest):
    return f"/en/register/{case.public_id}/{rest}"


def record_page(case):
    return f"/admin/registrations/application/{case.public_id}/change/"


def open_keys(case):
    case = Application.objects.get(pk=case.pk)
    return [step.key for step in drafts.open_pages(case)]


def test_mission_is_not_asked_for_again(cast):
    case = made.in_review(cast.here, cast.officer_here)
    officer = signed_in(cast.officer_here)
    ask = f"/admin/registrations/application/{case.public_id}/ask/"
    offered = [key for key, _name in officer.get(ask).context["form"].fields["pages"].choices]
    assert "mission" not in offered
    assert offered[:2] == ["place", "length"]
    answer = officer.post(ask, {"pages": ["mission"], "text": "?", "seen_version": case.version})
    assert answer.context["form"].errors.as_data()["pages"][0].code == "invalid_choice"
    with pytest.raises(ValueError, match="mission"):
        lifecycle.ask(
            case,
            actor=cast.officer_here,
            pages=["mission"],
            text="?",
            answer_by=timezone.localdate() + timedelta(days=14),
        )


def test_sent_case_stays_with_its_mission_whatever_the_place(cast):
    case = made.more_info(cast.here, cast.officer_here, pages=["place"], account=cast.citizen)
    citizen = signed_in(cast.citizen)
    citizen.post(page(case, "place/"), {"country": "TR", "city": "Ankara"})
    closed = citizen.post(page(case, "mission/"), {"choice": "right"})
    assert closed.url == page(case, "sent/")
    citizen.post(page(case, "answer/"))
    case.refresh_from_db()
    assert (case.status, case.country) == (ApplicationStatus.IN_REVIEW, "TR")
    assert case.mission == cast.here
    assert signed_in(cast.officer_here).get(record_page(case)).status_code == 200
    assert signed_in(cast.officer_there).get(record_page(case)).status_code == 404


def test_leaving_for_good_opens_what_it_asks_for_until_all_is_sent(cast):
    case = made.more_info(cast.here, cast.officer_here, pages=["length"], account=cast.citizen)
    citizen, officer = signed_in(cast.citizen), signed_in(cast.officer_here)
    assert open_keys(case) == ["length"]
    following = citizen.post(page(case, "length/"), {"stay": "permanent"})
    wanted = ["length", "exit-permit", "exit-permit-copy", "photo"]
    assert open_keys(case) == wanted
    assert following.url == page(case, "exit-permit/")
    # Nobody meets an error meanwhile, and too early an answer leads to what is missing.
    assert citizen.get(page(case, "answers/")).status_code == 200
    assert citizen.get(page(case, "check/")).status_code == 200
    assert officer.get(record_page(case)).status_code == 200
    assert citizen.post(page(case, "answer/")).url == page(case, "exit-permit/")
    assert citizen.post(page(case, "exit-permit/"), PERMIT).status_code == 302
    citizen.post(page(case, "copies/exit-permit-copy/"), {"upload": upload()})
    citizen.post(page(case, "copies/photo/"))
    # What was answered can still be put right.
    assert open_keys(case) == wanted
    citizen.post(page(case, "answer/"))
    case.refresh_from_db()
    assert (case.status, open_keys(case)) == (ApplicationStatus.IN_REVIEW, [])
    declared = case.current_declaration.answers
    assert (declared["length"]["stay"], declared["exit-permit"]["number"]) == ("permanent", "77")
    assert len(declared["exit-permit-copy"]) == 1
    assert officer.get(record_page(case)).status_code == 200


def test_stay_for_some_time_opens_its_end_until_all_is_sent(cast):
    case = made.more_info(
        cast.here, cast.officer_here, pages=["length"], account=cast.citizen, permanent=True
    )
    citizen = signed_in(cast.citizen)
    following = citizen.post(page(case, "length/"), {"stay": "some_time"})
    assert (following.url, open_keys(case)) == (page(case, "stay/"), ["length", "stay"])
    stay = {
        "arrived_on_day": 3,
        "arrived_on_month": 3,
        "arrived_on_year": 2023,
        "end_unknown": "on",
        "purpose": "work",
    }
    assert citizen.post(page(case, "stay/"), stay).url == page(case, "check/")
    # What was answered can still be put right.
    assert open_keys(case) == ["length", "stay"]


def test_declared_permit_is_shown_while_the_stay_is_typed_anew(cast):
    case = made.more_info(
        cast.here, cast.officer_here, pages=["length"], account=cast.citizen, permanent=True
    )
    signed_in(cast.citizen).post(page(case, "length/"), {"stay": "some_time"})
    shown = signed_in(cast.officer_here).get(record_page(case))
    rows = [
        row.text
        for section in shown.context["sections"]
        for found in section.pages
        for row in found.rows
    ]
    assert "1234" in rows
