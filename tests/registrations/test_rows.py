"""What was typed and not sent is put back, so that the register holds what was declared."""

from datetime import date

import pytest

from registrations.enums import ApplicationStatus, ResidencyKind
from registrations.models import ExitPermit, InformationRequest
from registrations.services import attachments, declarations, drafts, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
DAY = {"issued_on_day": 1, "issued_on_month": 1, "issued_on_year": 2024}
TYPED = {
    "name": {"family_name": "Жалған", "given_names": "Біреу"},
    "latin-name": {"family_name_latin": "FALSE", "given_names_latin": "NAME"},
    "other-names": {"used": "yes", "names": "Басқа Аты"},
    "birth": {
        "birth_date_day": 2,
        "birth_date_month": 2,
        "birth_date_year": 1991,
        "birth_country": "RU",
        "birth_place": "Омск",
    },
    "iin": {"iin": made.IIN},
    "sex": {"sex": "female"},
    "document": {"type": "passport", "number": "N99999999"} | DAY,
    "exit-permit": {"number": "FORGED", "issued_by": "X"} | DAY,
    "address": {"street": "Elsewhere 1"},
    "contact": {"phone": "+49 170 7654321", "language": "ru"},
    "stay": {
        "arrived_on_day": 3,
        "arrived_on_month": 3,
        "arrived_on_year": 2023,
        "purpose": "work",
    },
    "life": {"occupation": "X", "education": "Y"},
    "emergency": {"name": "Біреу", "relation": "friend", "phone": "+7 701 7654321"},
    "place": {"country": "TR", "city": "Ankara"},
    "length": {"stay": "some_time"},
}


def asked(cast, *pages, **traits):
    """A case sent back for the pages, whose day of answer has passed."""
    traits = {"account": cast.citizen, "permanent": True, "iin": ""} | traits
    case = made.more_info(cast.here, cast.officer_here, pages=pages, **traits)
    InformationRequest.objects.update(answer_by=date(2020, 1, 1))
    return case


def type_on(cast, case, key):
    answer = signed_in(cast.citizen).post(f"/en/register/{case.public_id}/{key}/", TYPED[key])
    assert answer.status_code == 302, answer.context["form"].errors


@pytest.mark.parametrize("key", TYPED)
def test_going_on_puts_back_what_was_declared(cast, key):
    case = asked(cast, key)
    type_on(cast, case, key)
    case.refresh_from_db()
    declared = case.current_declaration.answers
    assert declarations.collect(case) != declared
    case = lifecycle.go_on(case, actor=cast.officer_here)
    rows = declarations.collect(case)
    # In which language the account is written to is the account's own affair.
    declared["contact"]["language"] = rows["contact"]["language"]
    assert rows == declared
    assert case.citizen.phone_e164 == "+4915123456789"
    assert declarations.missing_pages(case) == []
    record = lifecycle.register(case, actor=cast.officer_here, checked=[])
    assert record.kind == ResidencyKind.PERMANENT
    assert record.exit_permit.number == record.entered["exit-permit"]["number"] == "1234"


def test_withdrawal_puts_back_what_was_declared(cast):
    case = asked(cast, "name")
    type_on(cast, case, "name")
    signed_in(cast.citizen).post(f"/en/register/{case.public_id}/withdraw/")
    case.refresh_from_db()
    case.citizen.refresh_from_db()
    assert (case.status, case.citizen.family_name) == (ApplicationStatus.WITHDRAWN, "Серікұлы")


def test_copies_that_were_not_sent_do_not_count(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    store = {"kind": "identity", "actor": cast.citizen}
    declared = attachments.store(draft, upload=upload("a.jpg"), **store)
    case = lifecycle.take(made.send(draft), actor=cast.officer_here)
    lifecycle.ask(
        case,
        actor=cast.officer_here,
        pages=["identity-copy"],
        text="?",
        answer_by=date(2100, 1, 1),
    )
    InformationRequest.objects.update(answer_by=date(2020, 1, 1))
    attachments.remove(case.attachments.get(), actor=cast.citizen)
    attachments.store(case, upload=upload("b.jpg"), **store)
    lifecycle.go_on(case, actor=cast.officer_here)
    assert list(case.attachments.current()) == [declared]


def test_permit_that_was_never_declared_makes_nobody_permanent(cast):
    case = asked(cast, "length", permanent=False)

    def write(application):
        application.stay = "permanent"

    drafts.save_page(case, "length", actor=cast.citizen, write=write)
    ExitPermit.objects.create(
        citizen=case.citizen,
        number="TYPED",
        issued_on=date(2024, 1, 1),
        issued_by="X",
        legal_act="order_259",
    )
    case = lifecycle.go_on(case, actor=cast.officer_here)
    with pytest.raises(lifecycle.Incomplete):
        lifecycle.register(case, actor=cast.officer_here, checked=[], kind=ResidencyKind.PERMANENT)
    record = lifecycle.register(case, actor=cast.officer_here, checked=[])
    assert (record.kind, record.exit_permit) == (ResidencyKind.TEMPORARY, None)
