"""Services look at who acts themselves, whatever page stands in front of them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from missions.models import PostingRole
from missions.services import end_posting, post_officer
from registrations.enums import Capacity, DeregistrationGround, ResidencyKind
from registrations.models import PassportInsert, RegistrationCertificate, ResidencyRecord
from registrations.services import certificates, inserts, lifecycle, transitions, workload
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
WORDING = certificates.Wording("A", Capacity.SELF, "B", "C")
INSERT = {"number": "A1", "issued_on": date(2026, 1, 1)}
STRANGERS = ["citizen", "other_citizen", "officer_there", "ministry"]


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)


def address(record, page):
    return f"/admin/registrations/application/{record.application.public_id}/{page}/"


@pytest.mark.parametrize("who", STRANGERS)
def test_certificates_are_the_missions_to_issue_and_withdraw(cast, record, who):
    held = certificates.issue(record, wording=WORDING, actor=cast.officer_here)
    stranger = getattr(cast, who)
    with pytest.raises(certificates.CertificateRefused):
        certificates.issue(record, wording=WORDING, actor=stranger, replaces=held)
    with pytest.raises(certificates.CertificateRefused):
        certificates.revoke(held, actor=stranger, reason="x")
    assert [one.state for one in RegistrationCertificate.objects.all()] == ["valid"]


def test_removal_by_the_person_withdraws_certificates(cast, record):
    held = certificates.issue(record, wording=WORDING, actor=cast.officer_here)
    lifecycle.deregister(
        record.application, actor=cast.citizen, ground=DeregistrationGround.OWN_APPLICATION
    )
    assert certificates.find(held.code).state == "withdrawn"


@pytest.mark.parametrize("who", STRANGERS)
def test_inserts_are_the_missions_to_record(cast, record, who):
    with pytest.raises(inserts.InsertRefused):
        inserts.record_insert(record, actor=getattr(cast, who), **INSERT)
    assert not PassportInsert.objects.exists()


def test_closed_entry_takes_no_insert(cast, record):
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    officer = signed_in(cast.officer_here)
    assert officer.get(address(record, "insert")).status_code == 403
    late = officer.post(address(record, "insert"), {"number": "A1"})
    assert (late.status_code, late.context["typed"]) == (409, ["A1"])
    with pytest.raises(inserts.InsertRefused):
        inserts.record_insert(record, actor=cast.officer_here, **INSERT)
    assert not PassportInsert.objects.exists()


def test_only_the_head_gives_a_case_away(cast):
    case = made.in_review(cast.here, cast.officer_here)
    with pytest.raises(lifecycle.ActorMayNot):
        lifecycle.assign(case, to=cast.second_officer_here, actor=cast.officer_here)
    case.refresh_from_db()
    assert case.assigned_to == cast.officer_here


def test_person_in_force_elsewhere_is_not_registered_again(cast, record):
    moved = made.in_review(cast.there, cast.officer_there)
    ResidencyRecord.objects.filter(pk=record.pk).update(citizen=moved.citizen)
    with pytest.raises(lifecycle.AlreadyRegistered) as refused:
        lifecycle.register(moved, actor=cast.officer_there, checked=[])
    # Whoever is refused learns nothing of the other mission's case.
    assert refused.value.application == moved


def test_colleagues_are_those_who_may_decide_found_in_one_query(cast, django_assert_num_queries):
    case = made.in_review(cast.here, cast.officer_here, capacity=Capacity.PARENT, iin="")
    head, keeper, gone = (UserFactory(officer=True) for _each in range(3))
    for officer, role in ((head, "head"), (keeper, "officer"), (gone, "officer")):
        post_officer(
            user=officer,
            mission=cast.here,
            role=PostingRole(role),
            starts_on=date(2020, 1, 1),
            actor=None,
        )
    end_posting(gone.postings.get(), on=date(2020, 2, 1), actor=None)
    case.citizen.representatives.create(user=keeper, capacity=Capacity.REPRESENTATIVE)
    people = [cast.second_officer_here, cast.officer_there, cast.ministry, head, keeper, gone]
    # As each comes with a request: nothing is remembered of the time before the posting.
    people = User.objects.filter(pk__in=[one.pk for one in people])
    may = {one.pk for one in people if transitions.Actor.OFFICER in transitions.parts_of(one, case)}
    with django_assert_num_queries(1):
        found = workload.colleagues_for(case)
    assert {one.officer.pk for one in found} == may == {cast.second_officer_here.pk, head.pk}


def test_whoever_applied_is_no_colleague_though_the_term_is_over(cast):
    case = made.in_review(
        cast.here, cast.officer_here, account=cast.second_officer_here, capacity="parent", iin=""
    )
    case.citizen.representatives.update(ends_at=timezone.now() - timedelta(days=1))
    assert workload.colleagues_for(case) == []


def test_decision_to_leave_is_checked_for_permanent_residents_alone(cast):
    points = ["photo", "number", "citizenship", "district", "readable"]
    officer = signed_in(cast.officer_here)
    case = made.in_review(cast.here, cast.officer_here, permanent=True)
    page = f"/admin/registrations/application/{case.public_id}/register/"
    typed = {"checked": points, "seen_version": case.version, "confirm": "1"}
    refused = officer.post(page, typed | {"kind": "permanent"})
    assert refused.context["form"].errors.as_data()["checked"][0].code == "open"
    assert officer.post(page, typed | {"kind": "temporary"}).status_code == 302
    record = case.residency_record
    assert (record.kind, record.exit_permit) == (ResidencyKind.TEMPORARY, None)
    decision = case.events.get(to_status="registered")
    assert decision.details["checked"] == sorted(points)
