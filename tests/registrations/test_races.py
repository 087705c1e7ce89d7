"""Many at once, on real connections: one receipt, one decision, no number missing or double."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from registrations import law
from registrations.enums import ApplicationStatus, Capacity, RefusalGround
from registrations.models import Application, Consent, RegisterCounter
from registrations.services import lifecycle, numbering
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert {type(outcome) for outcome in lost} == {lifecycle.MoveNotInTable}
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
    assert {type(outcome) for outcome in lost} == {lifecycle.MoveNotInTable}
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
