"""The officer's side attacked from within: by an officer of another mission, by one who is posted
nowhere today, and by whoever types into the address bar."""

import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from missions.calendar import local_date
from missions.services import end_posting
from registrations.services import attachments, certificates, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
ADMIN = "/admin/registrations"
LISTS = ("application", "residencyrecord", "registrationcertificate")
EVERY_LIST = (
    *(f"{ADMIN}/{name}/" for name in LISTS),
    "/admin/missions/posting/",
    "/admin/missions/foreignmission/",
    "/admin/missions/consulardistrict/",
    "/admin/missions/missionclosure/",
    "/admin/accounts/user/",
    "/admin/accounts/auditevent/",
    "/admin/accounts/outboxmessage/",
)
# What stands in the case in Berlin and nowhere else.
NAME, LATIN, STREET, FILE = "Құпияұлы", "QUPIYAULY", "Құпия көшесі 99", "qupiya.jpg"


@pytest.fixture
def secret(cast):
    """Everything that could leak, in Berlin: a case in work, a registered person, a certificate."""
    who = {"family_name": NAME, "family_name_latin": LATIN, "street": STREET}
    case = made.draft(cast.here, **who)
    copy = attachments.store(case, kind="identity", upload=upload(FILE), actor=case.applicant)
    case = lifecycle.take(made.send(case), actor=cast.officer_here)
    record = made.registered(cast.here, cast.officer_here, iin="", permanent=True, **who)
    wording = certificates.Wording("A", "self", "B", "C")
    certificate = certificates.issue(record, wording=wording, actor=cast.officer_here)
    return {"case": case, "copy": copy, "record": record, "certificate": certificate}


@pytest.fixture
def outsiders(cast):
    """An officer of another mission, and one whose posting here ended yesterday."""
    yesterday = local_date(cast.here, timezone.now()) - timedelta(days=1)
    end_posting(cast.second_officer_here.postings.get(), on=yesterday, actor=None)
    gone = User.objects.get(pk=cast.second_officer_here.pk)
    assert gone.is_staff
    return [signed_in(cast.officer_there), signed_in(gone)]


def leaks(secret, page):
    case, record = secret["case"], secret["record"]
    hidden = (
        NAME,
        LATIN,
        STREET,
        FILE,
        case.reference,
        record.number,
        record.application.reference,
        secret["certificate"].number,
        str(case.public_id),
        str(record.application.public_id),
        case.applicant.email,
    )
    text = page.content.decode(errors="replace")
    return [words for words in hidden if words in text]


def pages_of(secret):
    case, record = secret["case"].public_id, secret["record"].application.public_id
    for public_id in (case, record):
        base = f"{ADMIN}/application/{public_id}"
        for page in ("change", "history", "delete", "take", "ask", "register", "refuse", "assign",
                     "insert", "certificate", "revoke"):  # fmt: skip
            yield f"{base}/{page}/"
        yield f"{base}/certificate/?replaces={secret['certificate'].public_id}"
        yield f"{base}/revoke/?certificate={secret['certificate'].public_id}"
    yield f"{ADMIN}/application/{case}/compare/{record}/"
    yield f"{ADMIN}/application/{record}/compare/{case}/"
    yield f"{ADMIN}/registrationcertificate/{secret['certificate'].public_id}/pdf/"
    for name, row in (("residencyrecord", "record"), ("registrationcertificate", "certificate")):
        for page in ("change", "history", "delete"):
            yield f"{ADMIN}/{name}/{secret[row].pk}/{page}/"
    yield f"/en/copies/{secret['copy'].public_id}/"
    yield f"/en/copies/{secret['copy'].public_id}/pages/1/"


def test_every_page_of_a_case_is_closed_to_outsiders(secret, outsiders):
    opened = []
    for client, path in itertools.product(outsiders, pages_of(secret)):
        for method in (client.get, client.post):
            answer = method(path)
            # The page that says no offers itself in the other languages, under the same address.
            leaked = [words for words in leaks(secret, answer) if words not in path]
            if answer.status_code not in {403, 404, 405} or leaked:
                opened.append((path, method.__name__, answer.status_code))
    assert opened == []


def test_decisions_posted_by_outsiders_decide_nothing(secret, outsiders):
    case = secret["case"]
    said = {"seen_version": case.version, "confirm": "1", "ground": "rules_not_met", "text": "No."}
    for client in outsiders:
        assert client.post(f"{ADMIN}/application/{case.public_id}/refuse/", said).status_code in {
            403,
            404,
        }
    before = case.version
    case.refresh_from_db()
    assert (case.status, case.version) == ("in_review", before)


LOOKUPS = (
    "mission__id={here}",
    "mission__id__exact={here}",
    "mission={code}",
    "mission__code={code}",
    "citizen__iin_index={iin_index}",
    "citizen__iin_index__startswith=a",
    "citizen__family_name__startswith=Қ",
    "citizen__account__password__startswith=p",
    "citizen__documents__number_index__gte=0",
    "applicant__email__contains=@",
    "assigned_to__password__startswith=pbkdf2",
    "register_number__startswith=DEBER",
    "refusal_text__icontains=a",
    "declarations__answers__contains=a",
    "record__citizen__family_name__startswith=Қ",
    "record__number__startswith=DEBER",
    "code__startswith=2",
    "sha256__startswith=a",
    "number__startswith=DEBER",
    "citizen={citizen}",
    "id={pk}",
    "pk={pk}",
    "public_id={public_id}",
    "reference={reference}",
    "_to_field=id",
    "_to_field=reference",
    "_popup=1",
    "_popup=1&_to_field=public_id",
    "task=all",
    "task=all&flag=duplicate",
    "e=1",
    "all=",
    "o=1.2.3.4.5.6.7.8",
    "o=-6",
    "q={reference}",
    "q={name}",
    "q=qupiyauly",
    "q=900101300017",
    "q=N12345678",
    "q=%2B4915123456789",
    "q={email}",
    "q={number}",
)


def test_no_filter_search_or_order_shows_outsiders_anything(secret, outsiders, cast):
    case = secret["case"]
    words = {
        "here": cast.here.pk,
        "code": cast.here.code,
        "iin_index": case.citizen.iin_index,
        "citizen": case.citizen.pk,
        "pk": case.pk,
        "public_id": case.public_id,
        "reference": case.reference,
        "name": NAME,
        "email": case.applicant.email,
        "number": secret["record"].number,
    }
    leaked = []
    for client, name, lookup in itertools.product(outsiders, LISTS, LOOKUPS):
        query = lookup.format(**words)
        answer = client.get(f"{ADMIN}/{name}/?{query}")
        # What was searched for stands in the search box again; nothing else may.
        typed = {str(word) for key, word in words.items() if f"={{{key}}}" in lookup}
        found = [word for word in leaks(secret, answer) if word not in typed]
        if answer.status_code >= 500 or found or _rows(answer):
            leaked.append((name, query, answer.status_code, found))
    assert leaked == []


def _rows(answer):
    changelist = answer.context and answer.context.get("cl")
    return list(changelist.result_list) if changelist else []


def test_outsiders_autocomplete_nobody(secret, outsiders):
    sources = (
        ("registrations", "application", "citizen"),
        ("registrations", "application", "assigned_to"),
        ("registrations", "residencyrecord", "citizen"),
        ("registrations", "residencyrecord", "application"),
        ("registrations", "registrationcertificate", "record"),
        ("missions", "posting", "user"),
    )
    for client, (app, model, field) in itertools.product(outsiders, sources):
        answer = client.get(
            "/admin/autocomplete/",
            {"app_label": app, "model_name": model, "field_name": field, "term": ""},
        )
        found = answer.json()["results"] if answer.status_code == 200 else []
        assert (model, field, answer.status_code in {200, 403}, found) == (model, field, True, [])


def test_officer_sees_own_application_elsewhere_as_a_citizen_only(cast, outsiders):
    """The officer's side of one's own case, with its warnings and log, is for others."""
    own = made.in_review(cast.here, cast.officer_here, account=cast.officer_there)
    client = signed_in(cast.officer_there)
    assert client.get(f"{ADMIN}/application/{own.public_id}/change/").status_code == 404
    assert own.reference not in client.get(f"{ADMIN}/application/?task=all").content.decode()
    assert client.get(f"/en/register/{own.public_id}/sent/").status_code == 200


FUZZ = (
    "status__exact=%00",
    "status__exact=%FF",
    "p=9999999999999",
    "p=-1",
    "p=x",
    "p=%00",
    "o=999",
    "o=-999",
    "o=x.y",
    "o=1.1.1",
    "o=%00",
    "o=99999999999999999999999",
    "q=%00",
    "q=%F0%9F%98%80",
    "q=%25",
    "q=_",
    "q=%27%3B--",
    "q=" + "9" * 5000,
    "q=%2B",
    "q=+",
    "q=@",
    "q=%C2%B2%C2%B2%C2%B2%C2%B2",
    "q=%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7%D9%A8%D9%A9%D9%A0%D9%A1%D9%A2",
    "q=KZ26-",
    "task=%00",
    "flag=%00",
    "flag=pk",
    "mission=%00",
    "stay__exact=%00",
    "stay__in=%00",
    "capacity__exact[]=1",
    "capacity__exact=a&capacity__exact=b",
    "stay__regex=(",
    "stay__isnull=x",
    "id__exact=x",
    "id__exact=99999999999999999999999",
    "id__range=1",
    "public_id__exact=x",
    "due_at__gte=x",
    "due_at__year=999999999999",
    "version__gte=99999999999999999999",
    "answered_pages__contains=x",
    "answered_pages__len=x",
    "citizen__iin=900101300017",
    "number__exact=%00",
    "kind__exact=%00",
    "year__exact=x",
    "year__exact=99999999999999",
    "entered__exact=x",
    "pdf__exact=x",
    "languages__contains=%00",
    "e=1",
    "all=%00",
    "_popup=%00",
    "_to_field=%00",
    "_to_field=citizen__iin",
    "_facets=True",
    "_changelist_filters=%00",
    "is_staff__exact=%00",
    "action=%00",
    "action__exact=%00",
    "state__exact=%00",
    "starts_on__exact=%00",
    "mission__id__exact=%00",
    "=",
    "%00=1",
    "__=1",
    "a__b__c=1",
)


@pytest.mark.parametrize("role", ["officer_here", "ministry"])
def test_nothing_typed_into_an_address_breaks_a_list(secret, cast, role):
    client = signed_in(getattr(cast, role))
    client.raise_request_exception = False
    broken = []
    for path, query in itertools.product(EVERY_LIST, FUZZ):
        # A statement the database refuses would spoil the requests after it.
        with transaction.atomic():
            status = client.get(f"{path}?{query}").status_code
            transaction.set_rollback(True)
        if status >= 500:
            broken.append((path, query[:60]))
    assert broken == []


@pytest.mark.parametrize(
    "public_id", ["1", "x", "%00", "00000000-0000-0000-0000-000000000000", "_5F", "..%2F"]
)
def test_invented_numbers_of_a_case_are_not_found(cast, public_id):
    client = signed_in(cast.officer_here)
    for page in ("change/", "ask/", "compare/x/", "history/", "delete/", ""):
        status = client.get(f"{ADMIN}/application/{public_id}/{page}", follow=True).status_code
        assert (page, status) in {(page, 404), (page, 403)}


@pytest.mark.parametrize("step", ["take", "ask", "register", "refuse", "assign", "insert",
                                  "certificate", "revoke"])  # fmt: skip
def test_rubbish_posted_to_a_decision_breaks_nothing(secret, cast, step):
    client = signed_in(cast.officer_here)
    client.raise_request_exception = False
    rubbish = ("\x00", "x" * 5000, "-1", "\u202e", "9" * 40, "😀", "")
    names = ("seen_version", "pages", "text", "answer_by_day", "answer_by_month", "answer_by_year",
             "checked", "kind", "ground", "officer", "number", "issued_on_day", "purpose",
             "applied_by", "applied_as", "signatory_name", "signatory_post", "reason")  # fmt: skip
    for row, value, button in itertools.product(
        ("case", "record"), rubbish, ("confirm", "back", "continue")
    ):
        case = secret[row] if row == "case" else secret[row].application
        query = f"?certificate={secret['certificate'].public_id}"
        path = f"{ADMIN}/application/{case.public_id}/{step}/{query if step == 'revoke' else ''}"
        data = dict.fromkeys(names, value) | {button: "1"}
        for seen in ({}, {"seen_version": case.version}):
            assert client.post(path, data | seen).status_code < 500
