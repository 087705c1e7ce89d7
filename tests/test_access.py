"""Every address × everybody: the whole matrix, with data that could leak.

A new address without a row here fails. Statuses are for GET; addresses that only take a POST
answer 405 to those who may use them.
"""

import re
from datetime import timedelta
from urllib.parse import urlparse

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import address_change
from accounts.models import AddressChange, AuditEvent, RecoveryCode, User
from registrations.enums import ConfirmationOccasion
from registrations.models import (
    Application,
    Attachment,
    ComingOfAge,
    Confirmation,
    RegistrationCertificate,
    ResidencyRecord,
)
from registrations.services import (
    attachments,
    certificate_requests,
    certificates,
    changes,
    departures,
    freshness,
    help_requests,
    links,
)
from tests.factories import registrations as made
from tests.files import upload
from tests.personal import LIVE
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
ROLES = ("stranger", "citizen", "other_citizen", "officer_here", "officer_there", "ministry")
# What a stranger sees in place of a page of people: the sign-in.
SIGN_IN = 302
PUBLIC = (200, 200, 200, 200, 200, 200)
OWN = (SIGN_IN, 200, 404, 404, 404, 404)
STAFF = (SIGN_IN, 403, 403, 200, 200, 200)
MINISTRY = (SIGN_IN, 403, 403, 403, 403, 200)
CITIZENS = (SIGN_IN, 200, 200, 403, 403, 403)
DECIDE = (SIGN_IN, 403, 403, 200, 404, 403)
SEEN = (SIGN_IN, 200, 404, 200, 404, 200)

MATRIX = {
    # Public pages: the whole list.
    "": (302,) * 6,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "en/": PUBLIC,
    "verify/": (302,) * 6,
    "verify/<certificate>/": (302,) * 6,
    "en/privacy/": PUBLIC,
    "en/accessibility/": PUBLIC,
    "en/cookies/": PUBLIC,
    "en/register/": PUBLIC,
    "en/register/where/": PUBLIC,
    "en/register/who/": PUBLIC,
    "en/register/not-a-citizen/": PUBLIC,
    "en/register/not-sure/": PUBLIC,
    "en/register/at-home/": PUBLIC,
    "en/missions/": PUBLIC,
    "en/missions/<code>/": PUBLIC,
    "en/missions/countries/<country>/": PUBLIC,
    "en/verify/": PUBLIC,
    "en/verify/<certificate>/": PUBLIC,
    "en/still-here/<still_here>/": PUBLIC,
    "en/sign-in/": (200, 302, 302, 302, 302, 302),
    "en/sign-in/officer/": (200, 302, 302, 302, 302, 302),
    "en/sign-in/code/": (302, 302, 302, 302, 302, 302),
    "en/sign-in/stay/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/sign-in/officer/password/": PUBLIC,
    "en/sign-in/officer/password/sent/": PUBLIC,
    "en/sign-in/officer/password/<link>/": (404,) * 6,
    "en/sign-in/address/lost/": (200, 302, 302, 302, 302, 302),
    "en/sign-in/address/stop/<token>/": PUBLIC,
    # The citizen's own.
    "en/account/": (SIGN_IN, 200, 200, 200, 200, 200),
    "en/register/begin/<capacity>/": (SIGN_IN, 200, 200, 200, 200, 200),
    "en/register/<draft>/": (SIGN_IN, 302, 404, 404, 404, 404),
    "en/register/<draft>/check/": OWN,
    "en/register/<draft>/send/": OWN,
    "en/register/<draft>/answer/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/register/<draft>/sent/": (SIGN_IN, 302, 404, 404, 404, 404),
    "en/register/<draft>/answers/": (SIGN_IN, 302, 404, 404, 404, 404),
    "en/register/<draft>/again/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/register/<draft>/withdraw/": OWN,
    "en/register/<draft>/copies/<copy>/": OWN,
    "en/register/<draft>/<page>/": OWN,
    "en/account/<record>/": OWN,
    "en/account/take-over/": (SIGN_IN, 200, 200, 200, 200, 200),
    "en/account/<record>/confirm/": (SIGN_IN, 405, 405, 405, 405, 405),
    # The person represented is grown up: nobody is asked for an own address.
    "en/account/<record>/coming-of-age/": (SIGN_IN, 404, 404, 404, 404, 404),
    "en/account/<growing>/coming-of-age/": OWN,
    "en/account/<record>/take-over/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/<record>/moved/": OWN,
    "en/account/<record>/details/<page>/": (SIGN_IN, 302, 404, 404, 404, 404),
    "en/account/<record>/changes/<change>/": OWN,
    "en/account/<record>/changes/<change>/withdraw/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/<record>/certificate/": OWN,
    "en/account/<record>/certificate/<asked>/withdraw/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/<record>/certificates/<own_pdf>/": OWN,
    # It is asked for already.
    "en/account/<record>/leave/": (SIGN_IN, 302, 404, 404, 404, 404),
    "en/account/<record>/stay/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/<record>/help/": OWN,
    "en/account/<record>/vote/": OWN,
    "en/account/data/<individual>/": OWN,
    "en/account/data/<individual>/json/": OWN,
    "en/account/data/<individual>/pdf/": OWN,
    "en/copies/<attachment>/": SEEN,
    "en/copies/<attachment>/pages/1/": SEEN,
    "en/copies/<attachment>/remove/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/security/": (SIGN_IN, 200, 200, 200, 200, 200),
    "en/account/security/recovery-codes/": CITIZENS,
    "en/account/security/sign-in-again/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/security/sign-out-everywhere/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/account/security/address/": CITIZENS,
    "en/account/security/address/stop/": (SIGN_IN, 405, 405, 405, 405, 405),
    "en/sign-in/address/<address_change>/": (404, 302, 404, 404, 404, 404),
    "en/sign-in/address/<address_change>/code/": (404, 200, 404, 404, 404, 404),
    "en/sign-in/address/<address_change>/second/": (404, 302, 404, 404, 404, 404),
    "en/sign-in/address/<address_change>/old-code/": (404, 302, 404, 404, 404, 404),
    "en/sign-in/address/<address_change>/recovery-code/": (404, 302, 404, 404, 404, 404),
    # The officers'.
    "admin/": STAFF,
    "admin/accounts/addresschange/": STAFF,
    "admin/accounts/addresschange/<waiting_change>/change/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/accounts/addresschange/<waiting_change>/confirm/": (SIGN_IN, 403, 403, 405, 405, 405),
    "admin/accounts/addresschange/<waiting_change>/refuse/": DECIDE,
    "admin/registrations/application/": STAFF,
    "admin/registrations/application/<case>/change/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/registrations/application/<case>/take/": (SIGN_IN, 403, 403, 405, 405, 405),
    "admin/registrations/application/<case>/ask/": DECIDE,
    "admin/registrations/application/<case>/register/": DECIDE,
    "admin/registrations/application/<case>/refuse/": DECIDE,
    # The officer here is no head of section.
    "admin/registrations/application/<case>/assign/": (SIGN_IN, 403, 403, 403, 404, 403),
    "admin/registrations/application/<case>/compare/<registered>/": (
        SIGN_IN,
        403,
        403,
        200,
        404,
        200,
    ),
    "admin/registrations/application/<registered>/insert/": (SIGN_IN, 403, 403, 200, 404, 403),
    "admin/registrations/application/<registered>/certificate/": DECIDE,
    "admin/registrations/application/<registered>/revoke/": (SIGN_IN, 403, 403, 200, 404, 403),
    "admin/registrations/application/<registered>/deregister/": DECIDE,
    "admin/registrations/application/<case>/go-on/": (SIGN_IN, 403, 403, 405, 405, 405),
    "admin/registrations/application/<registered>/coming-of-age/": (
        SIGN_IN,
        403,
        403,
        404,
        404,
        403,
    ),
    "admin/registrations/application/<growing_case>/coming-of-age/": DECIDE,
    "admin/registrations/residencyrecord/freshness/": STAFF,
    "admin/registrations/changerequest/": STAFF,
    "admin/registrations/changerequest/<change>/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/registrations/certificaterequest/": STAFF,
    "admin/registrations/certificaterequest/<asked>/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/registrations/departurenotice/": STAFF,
    "admin/registrations/departurenotice/<notice>/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/registrations/helprequest/": STAFF,
    "admin/registrations/helprequest/<help>/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/registrations/votingrequest/": STAFF,
    "admin/registrations/residencyrecord/": STAFF,
    "admin/registrations/registrationcertificate/": STAFF,
    "admin/registrations/registrationcertificate/<pdf>/pdf/": (SIGN_IN, 403, 403, 200, 404, 200),
    "admin/missions/foreignmission/": STAFF,
    "admin/missions/consulardistrict/": STAFF,
    "admin/missions/posting/": STAFF,
    "admin/missions/missionclosure/": STAFF,
    "admin/missions/foreignmission/<mission>/change/": STAFF,
    "admin/missions/posting/<posting>/change/": (SIGN_IN, 403, 403, 200, 302, 200),
    "admin/missions/foreignmission/add/": MINISTRY,
    "admin/missions/consulardistrict/add/": MINISTRY,
    "admin/missions/posting/add/": MINISTRY,
    "admin/missions/missionclosure/add/": MINISTRY,
    "admin/accounts/user/add/": MINISTRY,
    "admin/accounts/user/": (SIGN_IN, 403, 403, 403, 403, 200),
    "admin/accounts/auditevent/": (SIGN_IN, 403, 403, 403, 403, 200),
    "admin/accounts/outboxmessage/": (SIGN_IN, 403, 403, 403, 403, 200),
    "admin/accounts/backgroundtask/": (SIGN_IN, 403, 403, 403, 403, 200),
}


@pytest.fixture
def scene(cast):
    """One of each thing that could leak, all of it of the citizen, all of it in Berlin."""
    draft = made.draft(cast.here, account=cast.citizen)
    case = made.in_review(cast.here, cast.officer_here)
    record = made.registered(cast.here, cast.officer_here, permanent=True)
    copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    sent_copy = _copy_of_a_child(cast.here, cast.citizen)
    kept = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity="parent", iin=""
    )
    asked = certificate_requests.apply(
        kept, purpose="a bank", addressee="", with_english=False, actor=cast.citizen
    )
    own_pdf = certificates.issue(
        kept, wording=certificates.Wording("A", "parent", "B", "C"), actor=cast.officer_here
    )
    change = changes.propose(kept, "name", write=_rename, actor=cast.citizen)
    certificate = certificates.issue(
        record,
        wording=certificates.Wording("A", "self", "B", "C"),
        actor=cast.officer_here,
    )
    waiting = address_change.ask(old=cast.citizen.email, new="new@example.org", language="en")
    AddressChange.objects.filter(pk=waiting.pk).update(new_confirmed_at=timezone.now())
    address_change.ask_mission(waiting)
    other = {"old": cast.citizen.email, "new": "other@example.org", "language": "en"}
    return {
        "address_change": address_change.ask(**other, signed_in=cast.citizen).public_id,
        "waiting_change": waiting.public_id,
        "token": address_change.CANCEL_LINK.sign(str(waiting.public_id)),
        "code": cast.here.code,
        "country": "DE",
        "link": "made-up",
        "mission": cast.here.pk,
        "posting": cast.officer_here.postings.get().pk,
        "certificate": certificate.code,
        "capacity": "self",
        "draft": draft.public_id,
        "copy": "identity-copy",
        "page": "name",
        "attachment": sent_copy.public_id,
        "case": case.public_id,
        "registered": record.application.public_id,
        "pdf": certificate.public_id,
        "draft_copy": copy.public_id,
        "record": kept.public_id,
        "change": change.public_id,
        "individual": kept.citizen.public_id,
        "asked": asked.public_id,
        "notice": departures.give_notice(
            kept, reason="other", text="", actor=cast.citizen
        ).public_id,
        "help": help_requests.ask(
            kept,
            topic="rights",
            text="Not paid.",
            place="",
            phone="",
            is_urgent=False,
            actor=cast.citizen,
        ).public_id,
        "own_pdf": own_pdf.public_id,
        **_growing_up(cast),
    }


def _growing_up(cast):
    """A represented child of seventeen, and a question whether the entry is still true."""
    born = timezone.localdate().replace(day=1) - timedelta(days=17 * 366)
    record = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity="parent", iin="",
        birth_date=born,
    )  # fmt: skip
    question = freshness.put_question(record, ConfirmationOccasion.YEARLY)
    return {
        "growing": record.public_id,
        "growing_case": record.application.public_id,
        "still_here": links.token_of(question),
    }


def _rename(application):
    application.citizen.family_name = "Жаңаұлы"
    application.citizen.save()


def _copy_of_a_child(mission, account):
    """With an application that was sent, so that the officer sees it too."""
    child = made.draft(mission, account=account, capacity="parent", iin="")
    copy = attachments.store(child, kind="identity", upload=upload(), actor=account)
    made.send(child)
    return copy


def client_of(cast, role):
    return Client() if role == "stranger" else signed_in(getattr(cast, role))


def address(pattern, scene):
    path = re.sub(r"<(\w+)>", lambda part: str(scene[part[1]]), pattern)
    if pattern.endswith("/revoke/"):
        path += f"?certificate={scene['pdf']}"
    return f"/{path}"


@pytest.mark.parametrize("role", ROLES)
def test_every_address(cast, scene, role):
    client = client_of(cast, role)
    column = ROLES.index(role)
    seen, wanted = {}, {}
    for pattern, statuses in MATRIX.items():
        answer = client.get(address(pattern, scene))
        seen[pattern], wanted[pattern] = answer.status_code, statuses[column]
    assert seen == wanted


def test_matrix_has_every_address_of_ours():
    """Ours, and the pages of the admin that list something; the rest of the admin answers 404 or
    is the library's and closed by the gate."""
    known = {re.sub(r"<\w+>", "<>", pattern) for pattern in MATRIX}
    missing = []
    for path in _paths(get_resolver().url_patterns):
        ours = path.startswith(
            (
                "en/register",
                "en/account",
                "en/copies",
                "en/verify",
                "en/still-here",
                "en/missions",
                "en/sign-in/officer",
                "en/sign-in/address",
            )
        )
        if ours and re.sub(r"<[^>]*>", "<>", path).replace("pages/<>", "pages/1") not in known:
            missing.append(path)
    assert missing == []


def _paths(patterns, prefix=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path.replace("kk/", "en/", 1) if path.startswith("kk/") else path


@pytest.mark.parametrize("role", ["citizen", "officer_here", "ministry"])
def test_reading_writes_nothing_but_the_log(cast, scene, role):
    client = client_of(cast, role)
    kept = (
        Application,
        Attachment,
        RegistrationCertificate,
        AddressChange,
        RecoveryCode,
        User,
        ResidencyRecord,
        Confirmation,
        ComingOfAge,
    )
    before = [_state(model) for model in kept]
    for pattern in MATRIX:
        client.get(address(pattern, scene))
    assert [_state(model) for model in kept] == before


def _state(model):
    return list(model.objects.order_by("pk").values())


def test_lists_leak_no_other_mission(cast, scene):
    there = signed_in(cast.officer_there)
    lists = [
        "registrations/application/?task=all",
        "registrations/residencyrecord/",
        "registrations/registrationcertificate/",
        "accounts/addresschange/",
    ]
    for one in lists:
        answer = there.get(f"/admin/{one}")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Серікұлы" not in page
        assert cast.citizen.email not in page
        assert str(scene["case"]) not in page


PERSONAL_LISTS = [
    # The queue shows what is to be done unless it is asked for all.
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    + ("?task=all" if model is Application else "")
    for model in admin.site._registry
    if model in LIVE
]


@pytest.mark.parametrize("address", PERSONAL_LISTS)
def test_list_leaks_no_other_mission(cast, everything, address):
    """The officer here sees what could leak; the officer there sees an empty list."""

    def rows(officer):
        page = signed_in(officer).get(address)
        assert page.status_code == 200
        return page.context["cl"].result_count, page.content.decode()

    assert rows(cast.officer_here)[0] > 0
    count, words = rows(cast.officer_there)
    assert count == 0
    assert "Серікұлы" not in words


def test_views_of_a_case_are_logged(cast, scene):
    before = AuditEvent.objects.filter(action="application.viewed").count()
    signed_in(cast.ministry).get(f"/admin/registrations/application/{scene['case']}/change/")
    event = AuditEvent.objects.filter(action="application.viewed").latest("id")
    assert AuditEvent.objects.filter(action="application.viewed").count() == before + 1
    assert (event.actor_email, event.mission) == (cast.ministry.email, cast.here.code)


def test_stranger_is_sent_to_the_sign_in(cast, scene):
    answer = Client().get(f"/en/register/{scene['draft']}/name/")
    assert urlparse(answer.url).path == "/en/sign-in/"
