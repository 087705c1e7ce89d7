"""The history of a case tells all that happened to it and to its entry."""

import re
from datetime import date

import pytest

from accounts.models import AuditEvent
from registrations.models import Application, ChangeRequest, HelpRequest
from registrations.services import attachments, departures, history, inserts, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in
from tests.source import ROOT

pytestmark = pytest.mark.django_db
# Of no case: of a list, of the person's own data, of what is there no more.
NOT_OF_A_CASE = {
    "application.searched",
    "application.exported",
    "data.downloaded",
    "draft.purged",
    "account.purged",
}
THINGS = (
    "account|application|attachment|certificate|citizen|coming_of_age|contacts|data|draft|insert"
    "|record|representative|voting|changerequest|certificaterequest|departurenotice|helprequest"
)


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def told(record):
    return [(entry.what, entry.note) for entry in history.history_of(record.application)]


def test_every_logged_action_has_its_words():
    logged = set()
    for path in (ROOT / "registrations").rglob("*.py"):
        logged |= set(re.findall(rf'"((?:{THINGS})\.[a-z_]+)"', path.read_text()))
    assert logged - set(history.TOLD) == NOT_OF_A_CASE


def test_history_tells_what_changed_the_entry(cast, record):
    own = f"/en/account/{record.public_id}/"
    citizen, officer = signed_in(cast.citizen), signed_in(cast.officer_here)
    citizen.post(f"{own}details/life/", {"occupation": "X"})
    citizen.post(f"{own}details/sex/", {"sex": "female", "differs": "on"})
    change = ChangeRequest.objects.get()
    officer.post(f"/admin/registrations/changerequest/{change.public_id}/", {"accept": "1"})
    citizen.post(f"{own}help/", {"topic": "rights", "text": "Not paid."})
    asked = HelpRequest.objects.get()
    officer.post(f"/admin/registrations/helprequest/{asked.public_id}/", {"take": "1"})
    citizen.post(f"{own}leave/", {"reason": "returned"})
    departures.refuse(record.departurenotices.get(), actor=cast.officer_here, answer="No.")
    citizen.post(f"{own}vote/", {"ask": "1"})
    found = told(record)
    for line in (
        ("Details changed by the person", "Life abroad"),
        ("Change request: made", ""),
        ("Change request: Done", ""),
        ("Request for help: made", ""),
        ("Request for help: an officer takes care of it", ""),
        ("Application to leave the register: made", ""),
        ("Application to leave the register: Refused", ""),
    ):
        assert line in found


def test_both_missions_have_the_lines_of_what_moves_along(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    inserts.record_insert(record, number="1", issued_on=date(2026, 1, 1), actor=cast.officer_here)
    citizen, here = signed_in(cast.citizen), signed_in(cast.officer_here)
    citizen.post(f"/en/account/{record.public_id}/help/", {"topic": "rights", "text": "Not paid."})
    asked = HelpRequest.objects.get()
    here.post(f"/admin/registrations/helprequest/{asked.public_id}/", {"take": "1"})
    citizen.post(page(record, "moved/"), move_to(confirmed="1"))
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    opened = lifecycle.register(moved, actor=cast.officer_there, checked=["photo"])
    there = signed_in(cast.officer_there)
    there.post(f"/admin/registrations/helprequest/{asked.public_id}/", {"take": "1"})

    def lines(entry):
        found = [what for what, _note in told(entry) if what.startswith(("Passport", "Request"))]
        return sorted(found)

    taken, goes_on = "an officer takes care of it", "goes on at the new mission"
    assert lines(record) == [
        "Passport insert goes along",
        "Passport insert recorded",
        f"Request for help: {taken}",
        f"Request for help: {goes_on}",
        "Request for help: made",
    ]
    assert lines(opened) == [
        "Passport insert goes along",
        f"Request for help: {taken}",
        f"Request for help: {goes_on}",
    ]


def test_no_file_name_is_logged_or_told(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    named = upload("900101300017 Ahmetov.jpg")
    copy = attachments.store(draft, kind="identity", upload=named, actor=cast.citizen)
    signed_in(cast.citizen).get(f"/en/copies/{copy.public_id}/")
    attachments.remove(copy, actor=cast.citizen)
    labels = AuditEvent.objects.filter(action__startswith="attachment.")
    assert set(labels.values_list("target_label", flat=True)) == {"Identity document"}
    assert labels.count() == 3
