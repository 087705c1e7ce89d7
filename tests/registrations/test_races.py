"""Many at once, on real connections: one receipt, one decision, no number missing or double."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Event

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts import audit
from registrations import law
from registrations.enums import (
    ApplicationStatus,
    Capacity,
    DeregistrationGround,
    HelpTopic,
    LeavingReason,
    RefusalGround,
)
from registrations.models import (
    Application,
    CertificateRevocation,
    Consent,
    DepartureNotice,
    RegisterCounter,
    RegistrationCertificate,
)
from registrations.services import (
    applying_again,
    certificate_requests,
    certificates,
    changes,
    departures,
    freshness,
    help_requests,
    lifecycle,
    numbering,
    requests,
    transfers,
)
from registrations.views.attachments import MOST_COPIES
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25


def together(act, arguments, threads):
    """Run ``act`` for each argument on its own connection; outcomes, exceptions among them."""

    def alone(argument):
        try:
            return act(argument)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, arguments))


def test_hundred_submits_make_one_application():
    cast = Cast.create()
    draft = made.draft(cast.here)

    def submit(_number):
        return lifecycle.submit(
            draft, actor=draft.applicant, consent=law.current_consent(), language="en"
        ).reference

    references = together(submit, range(100), 8)
    assert len(set(references)) == 1
    assert Consent.objects.count() == 1
    assert draft.events.count() == 1
    assert draft.declarations.count() == 1


def test_hundred_clicks_begin_one_draft():
    account = UserFactory()

    def begin(number):
        return lifecycle.start(account=account, capacity=list(Capacity)[number % 2]).pk

    begun = together(begin, range(100), 8)
    assert len(set(begun)) == 2
    assert sorted(Application.objects.values_list("capacity", flat=True)) == ["parent", "self"]


def test_clicks_at_once_ask_for_one_certificate_and_one_help():
    cast = Cast.create()
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)

    def ask(number):
        if number % 2:
            return certificate_requests.apply(
                record, purpose="bank", addressee="", with_english=False, actor=cast.citizen
            ).pk
        return help_requests.ask(
            record,
            topic=HelpTopic.OTHER,
            text="Lost",
            place="",
            phone="",
            is_urgent=False,
            actor=cast.citizen,
        ).pk

    together(ask, range(20), 8)
    assert record.certificaterequests.count() == 1
    assert record.helprequests.count() == 1


def test_hundred_double_decisions_end_in_one_each():
    cast = Cast.create()
    cases = [made.in_review(cast.here, cast.officer_here) for _number in range(50)]

    def decide(task):
        case, officer, refuses = task
        if refuses:
            return lifecycle.refuse(
                case, actor=officer, ground=RefusalGround.RULES_NOT_MET, text="No."
            )
        return lifecycle.register(case, actor=officer, checked=["photo"])

    tasks = [
        task
        for case in cases
        for task in ((case, cast.officer_here, False), (case, cast.second_officer_here, True))
    ]
    outcomes = together(decide, tasks, 8)
    lost = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(lost) == len(cases)
    assert {type(outcome) for outcome in lost} == {lifecycle.NoSuchTransition}
    assert all(outcome.last_event.actor is not None for outcome in lost)
    for case in Application.objects.filter(pk__in=[case.pk for case in cases]):
        decisions = case.events.filter(to_status__in=["registered", "refused"])
        assert [event.to_status for event in decisions] == [case.status]
    registered = Application.objects.filter(status=ApplicationStatus.REGISTERED)
    numbers = sorted(registered.values_list("residency_record__sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_withdrawal_and_decision_end_in_one_of_them():
    cast = Cast.create()
    cases = [made.in_review(cast.here, cast.officer_here) for _number in range(30)]

    def act(task):
        case, withdraws = task
        if withdraws:
            return lifecycle.withdraw(case, actor=case.applicant)
        return lifecycle.register(case, actor=cast.officer_here, checked=["photo"])

    tasks = [(case, withdraws) for case in cases for withdraws in (False, True)]
    outcomes = together(act, tasks, 8)
    lost = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(lost) == len(cases)
    assert {type(outcome) for outcome in lost} == {lifecycle.NoSuchTransition}
    for case in Application.objects.filter(pk__in=[case.pk for case in cases]):
        ends = case.events.filter(to_status__in=["registered", "withdrawn"])
        assert [event.to_status for event in ends] == [case.status]
        assert hasattr(case, "residency_record") == (case.status == ApplicationStatus.REGISTERED)


def test_sixteen_threads_of_numbers_leave_no_gap():
    cast = Cast.create()

    def number(_number):
        with transaction.atomic():
            return numbering.next_number(cast.here, year=2026, series="register")

    given = together(number, range(320), 16)
    assert sorted(given) == list(range(1, 321))
    assert RegisterCounter.objects.get().last == 320


def test_number_of_a_rolled_back_transaction_is_given_again():
    cast = Cast.create()
    try:
        with transaction.atomic():
            assert numbering.next_number(cast.here, year=2026, series="register") == 1
            raise LookupError
    except LookupError:
        pass
    with transaction.atomic():
        assert numbering.next_number(cast.here, year=2026, series="register") == 1


# --- Locks in one order (ADR 18) --------------------------------------------------------------


def at_once(*acts):
    """Let the acts begin at the same moment; the exceptions among their outcomes."""
    start = Barrier(len(acts))

    def act(one):
        start.wait()
        return one()

    outcomes = together(act, acts, len(acts))
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_closing_on_notice_and_without_end_in_one():
    cast = Cast.create()
    for _round in range(ROUNDS):
        record = made.registered(cast.here, cast.officer_here)
        notice = departures.give_notice(
            record, reason=LeavingReason.RETURNED, text="", actor=record.citizen.account
        )
        DepartureNotice.objects.filter(pk=notice.pk).update(
            undo_until=timezone.now() - timedelta(days=1)
        )
        notice.refresh_from_db()
        (late,) = at_once(
            lambda notice=notice: departures.close_entry(notice, actor=cast.officer_here),
            lambda record=record: lifecycle.deregister(
                record.application,
                actor=cast.second_officer_here,
                ground=DeregistrationGround.STAY_ENDED,
            ),
        )
        assert isinstance(late, requests.RequestRefused | lifecycle.NoSuchTransition), late
        events = record.application.events.filter(to_status=ApplicationStatus.DEREGISTERED)
        assert events.count() == 1


def test_entry_is_confirmed_before_it_is_closed_or_not_at_all():
    cast = Cast.create()
    for _round in range(ROUNDS):
        record = made.registered(cast.here, cast.officer_here)
        late = at_once(
            lambda record=record: lifecycle.deregister(
                record.application,
                actor=cast.officer_here,
                ground=DeregistrationGround.STAY_ENDED,
            ),
            lambda record=record: freshness.confirm(record, actor=record.citizen.account),
        )
        assert {type(one) for one in late} <= {freshness.CannotConfirm}, late
        record.refresh_from_db()
        assert record.closed_at is not None
        assert late or record.last_confirmed_at <= record.closed_at


def test_certificate_is_replaced_or_withdrawn():
    cast = Cast.create()
    wording = certificates.Wording("A", Capacity.SELF, "B", "C")
    for _round in range(ROUNDS):
        record = made.registered(cast.here, cast.officer_here)
        old = certificates.issue(record, wording=wording, actor=cast.officer_here)
        (late,) = at_once(
            lambda record=record, old=old: certificates.issue(
                record, wording=wording, actor=cast.officer_here, replaces=old
            ),
            lambda old=old: certificates.revoke(old, actor=cast.second_officer_here, reason="x"),
        )
        assert isinstance(late, certificates.CertificateRefused), late
        replaced = CertificateRevocation.objects.get(certificate=old).replaced_by is not None
        issued = RegistrationCertificate.objects.filter(record=record).count()
        assert issued == (2 if replaced else 1)


def test_change_is_not_accepted_while_the_move_is_being_told():
    cast = Cast.create()
    record = made.registered(cast.here, cast.officer_here)
    person = record.citizen.account

    def rename(application):
        application.citizen.family_name = "Жаңаұлы"
        application.citizen.save()

    change = changes.propose(record, "name", write=rename, actor=person)
    place = transfers.NewPlace(
        "TR", "", "Анкара", "Atatürk Blv. 7", "", "", date(2026, 1, 1), cast.there
    )
    moves_here = Event()

    def tell(_number):
        with transaction.atomic():
            moved = transfers.report_move(
                record, place=place, actor=person, consent=law.current_consent(), language="en"
            )
            moves_here.set()
            # The officer comes while nothing is committed yet: he waits for the lock.
            time.sleep(0.5)
        return moved

    def accept(_number):
        moves_here.wait(20)
        return changes.accept(change, actor=cast.officer_here)

    told, refused = together(lambda act: act(0), [tell, accept], 2)
    assert isinstance(refused, requests.RequestRefused)
    assert told.current_declaration.answers["name"]["family_name"] == "Серікұлы"
    record.refresh_from_db()
    assert record.entered["name"]["family_name"] == "Серікұлы"


def test_apply_again_waits_for_a_decision_about_a_sibling():
    cast = Cast.create()
    child = {"account": cast.citizen, "capacity": Capacity.PARENT, "iin": ""}
    refused = made.refused(cast.here, cast.officer_here, given_names="Ақжол", **child)
    sibling = made.in_review(cast.here, cast.officer_here, given_names="Айым", **child)
    has_logged = Event()

    def decide(_number):
        with transaction.atomic():
            audit.record(actor=cast.officer_here, action="application.viewed", target=sibling)
            has_logged.set()
            # The parent holds the own account by now, and waits for the log.
            time.sleep(0.5)
            return lifecycle.refuse(
                sibling, actor=cast.officer_here, ground=RefusalGround.RULES_NOT_MET, text="No."
            ).status

    def apply(_number):
        has_logged.wait(20)
        return applying_again.apply_again(refused, actor=cast.citizen).status

    outcomes = together(lambda act: act(0), [decide, apply], 2)
    assert outcomes == [ApplicationStatus.REFUSED, ApplicationStatus.DRAFT]


def test_copies_sent_at_once_stay_within_the_limit():
    cast = Cast.create()
    draft = made.draft(cast.here, account=cast.citizen)
    address = f"/en/register/{draft.public_id}/copies/identity-copy/"
    citizens = [signed_in(cast.citizen) for _each in range(8)]
    together(lambda one: one.post(address, {"upload": upload()}), citizens, len(citizens))
    assert draft.attachments.filter(kind="identity").count() == MOST_COPIES


def proposed(record):
    """A change that waits for the officer, and the page on which copies prove it."""

    def woman(application):
        application.citizen.sex = "female"
        application.citizen.save()

    change = changes.propose(record, "sex", write=woman, actor=record.citizen.account)
    return change, f"/en/account/{record.public_id}/changes/{change.public_id}/"


def test_proofs_sent_at_once_stay_within_the_limit():
    cast = Cast.create()
    change, address = proposed(made.registered(cast.here, cast.officer_here, account=cast.citizen))
    citizens = [signed_in(cast.citizen) for _each in range(8)]
    together(lambda one: one.post(address, {"upload": upload()}), citizens, len(citizens))
    assert change.copies.count() == changes.MOST_PROOFS


def after_the_officer(act, post):
    """What the page answers to whoever opened it before the officer's act and posts during it."""
    acts = Event()

    def decide(_number):
        with transaction.atomic():
            act()
            acts.set()
            # Nothing is committed yet: the page still sees what was, and waits for the lock.
            time.sleep(1)

    def send(_number):
        acts.wait(20)
        return post()

    _decided, answer = together(lambda one: one(0), [decide, send], 2)
    return answer


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_copy_sent_while_the_change_is_accepted_proves_nothing():
    cast = Cast.create()
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    change, address = proposed(record)
    citizen = signed_in(cast.citizen)
    answer = after_the_officer(
        lambda: changes.accept(change, actor=cast.officer_here),
        lambda: citizen.post(address, {"upload": upload("unseen.jpg")}, follow=True),
    )
    assert said(answer) == ["The officer has settled this change already."]
    assert list(record.application.attachments.current()) == []


def test_answer_sent_while_a_colleague_settles_is_handed_back():
    cast = Cast.create()
    change, _address = proposed(made.registered(cast.here, cast.officer_here, account=cast.citizen))
    officer = signed_in(cast.officer_here)
    late = after_the_officer(
        lambda: changes.accept(change, actor=cast.second_officer_here),
        lambda: officer.post(
            f"/admin/registrations/changerequest/{change.public_id}/",
            {"refuse": "1", "answer": "Show the passport."},
        ),
    )
    assert (late.status_code, late.context["typed"]) == (409, ["Show the passport."])
    settled = late.context["settled"]
    assert (settled, settled.settled_by) == (change, cast.second_officer_here)


def test_details_sent_while_the_entry_is_closed_say_so():
    cast = Cast.create()
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    citizen = signed_in(cast.citizen)
    typed = {"phone": "+49 30 555 0199", "language": "en"}
    answer = after_the_officer(
        lambda: lifecycle.deregister(
            record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        ),
        lambda: citizen.post(
            f"/en/account/{record.public_id}/details/contact/", typed, follow=True
        ),
    )
    assert said(answer) == ["The entry is closed: nothing is changed or asked for."]
