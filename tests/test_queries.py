"""A list asks the database as often for one row as for three."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit, outbox
from missions.models import MissionClosure, PostingRole
from missions.services import post_officer
from registrations.enums import ApplicationStatus, Capacity, RefusalGround
from registrations.models import ResidencyRecord
from registrations.services import certificates, lifecycle
from registrations.services.representation import PROOF_CHECKED
from tests.accounts import tasks
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.registrations.test_entries import move_to
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
ROWS = 3


def case(cast):
    made.in_review(cast.here, cast.officer_here)


def waiting_case(cast):
    made.more_info(cast.here, cast.officer_here)


def decided_case(cast):
    made.registered(cast.here, cast.officer_here)


def issue(cast, record):
    issued = certificates.issue(
        record, wording=certificates.Wording("A", "self", "B", "C"), actor=cast.officer_here
    )
    certificates.revoke(issued, actor=cast.officer_here, reason="A mistake")


def certificate(cast):
    issue(cast, made.registered(cast.here, cast.officer_here))


def posting(cast):
    post_officer(
        user=UserFactory(),
        mission=MissionFactory(),
        role=PostingRole.OFFICER,
        starts_on=date(2026, 1, 1),
        actor=cast.ministry,
    )


def closure(cast):
    day = timezone.localdate() + timedelta(days=MissionClosure.objects.count())
    MissionClosure.objects.create(mission=cast.here, starts_on=day, ends_on=day)


def mission(cast):
    number = MissionFactory._meta.model.objects.count()
    DistrictFactory(mission=MissionFactory(), region_code=f"DE-{number}")


def event(cast):
    audit.record(actor=cast.officer_here, action="application.viewed", mission="embassy-berlin")


def message(cast):
    outbox.queue(
        to="a@example.org",
        user=cast.citizen,
        language="en",
        kind="note",
        template="login_code",
        context={"code": "1"},
    )


def task(cast):
    tasks.fail.enqueue()


def account(cast):
    UserFactory()


def listed(page):
    return page.context["cl"].result_count


def found(page):
    return page.context["count"]


def to_do(page):
    return page.context["workload"].todo


QUEUE = "/admin/registrations/application/"
CERTIFICATES = "/admin/registrations/registrationcertificate/"
# Address, who looks, what adds a row, how many rows the page shows.
LISTS = [
    ("/admin/", "officer_here", case, to_do),
    (QUEUE, "officer_here", case, listed),
    (f"{QUEUE}?task=waiting", "officer_here", waiting_case, listed),
    (f"{QUEUE}?q=Серікұлы", "officer_here", case, listed),
    ("/admin/registrations/residencyrecord/", "officer_here", decided_case, listed),
    (CERTIFICATES, "officer_here", certificate, listed),
    ("/admin/missions/posting/", "ministry", posting, listed),
    ("/admin/missions/missionclosure/", "ministry", closure, listed),
    ("/admin/missions/consulardistrict/", "ministry", mission, listed),
    ("/admin/missions/foreignmission/", "ministry", mission, listed),
    ("/admin/accounts/auditevent/", "ministry", event, listed),
    ("/admin/accounts/outboxmessage/", "ministry", message, listed),
    ("/admin/accounts/backgroundtask/", "ministry", task, listed),
    ("/admin/accounts/user/", "ministry", account, listed),
    ("/en/missions/", "citizen", mission, found),
    ("/en/missions/?q=Berlin", "citizen", mission, found),
]


def visit(client, address):
    """The page, and what it asks after a first visit that fills what is kept between visits."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.status_code == 200
    return page, [query["sql"] for query in asked]


@pytest.mark.parametrize(("address", "role", "add", "shown"), LISTS)
def test_list_asks_the_same_for_one_row_and_for_three(cast, address, role, add, shown):
    client = signed_in(getattr(cast, role))
    add(cast)
    small, one = visit(client, address)
    for _more in range(ROWS - 1):
        add(cast)
    large, three = visit(client, address)
    assert shown(large) - shown(small) == ROWS - 1
    assert len(one) == len(three), "\n".join(three)


def child(cast, status):
    """An application for a child of the citizen, brought to ``status``."""
    application = made.draft(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    if status == ApplicationStatus.DRAFT:
        return
    application = lifecycle.take(made.send(application), actor=cast.officer_here)
    if status == ApplicationStatus.MORE_INFO:
        lifecycle.ask(
            application,
            actor=cast.officer_here,
            pages=["address"],
            text="The street is missing.",
            answer_by=timezone.localdate() + timedelta(days=14),
        )
    if status == ApplicationStatus.REGISTERED:
        lifecycle.register(application, actor=cast.officer_here, checked=[PROOF_CHECKED])


@pytest.mark.parametrize(
    "status",
    [
        ApplicationStatus.DRAFT,
        ApplicationStatus.IN_REVIEW,
        ApplicationStatus.MORE_INFO,
        ApplicationStatus.REGISTERED,
    ],
)
def test_account_asks_the_same_for_one_person_and_for_three(cast, status):
    client = signed_in(cast.citizen)
    child(cast, status)
    _small, one = visit(client, "/en/account/")
    for _more in range(ROWS - 1):
        child(cast, status)
    large, three = visit(client, "/en/account/")
    assert len(large.context["applications"]) == ROWS
    assert len(one) == len(three), "\n".join(three)


def refused_move(cast):
    """Of a child of the citizen, who has asked to leave besides."""
    child(cast, ApplicationStatus.REGISTERED)
    record = ResidencyRecord.objects.latest("id")
    client = signed_in(cast.citizen)
    client.post(f"/en/account/{record.public_id}/leave/", {"reason": "other"})
    client.post(f"/en/account/{record.public_id}/moved/", move_to(confirmed="1"))
    moved = lifecycle.take(record.transfers.get(), actor=cast.officer_there)
    lifecycle.refuse(
        moved, actor=cast.officer_there, ground=RefusalGround.RULES_NOT_MET, text="No."
    )


def test_account_asks_the_same_for_one_refused_move_and_for_three(cast):
    client = signed_in(cast.citizen)
    refused_move(cast)
    _small, one = visit(client, "/en/account/")
    for _more in range(ROWS - 1):
        refused_move(cast)
    large, three = visit(client, "/en/account/")
    assert large.content.decode().count("Tell of the move again") == ROWS
    assert len(one) == len(three), "\n".join(three)


def test_pages_of_an_entry_ask_the_same_for_one_certificate_and_for_three(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    own, officer = signed_in(cast.citizen), signed_in(cast.officer_here)
    pages = [
        (own, f"/en/account/{record.public_id}/"),
        (officer, f"{QUEUE}{record.application.public_id}/change/"),
    ]
    issue(cast, record)
    one = [len(visit(*page)[1]) for page in pages]
    for _more in range(ROWS - 1):
        issue(cast, record)
    asked = [visit(*page)[1] for page in pages]
    assert [len(queries) for queries in asked] == one
    assert [sql for queries in asked for sql in queries if '."pdf"' in sql] == []
