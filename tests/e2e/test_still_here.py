"""What the portal asks by itself, in a real browser: the link, coming of age, the lists."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from registrations.models import Citizen, Confirmation, LegalRepresentative, ResidencyRecord
from registrations.services import coming_of_age, freshness
from tests.e2e.conftest import newest_message
from tests.factories import registrations as made
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.cast import Cast

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def ago(days):
    return timezone.now() - timedelta(days=days)


def link_of(message):
    return re.search(r"https?://[^/]+(/\w\w/\S+)", message.body_text)[1]


def sign_in(person, email):
    """With a code from the mail, wherever the sign-in was asked for."""
    person.page.fill("[name=email]", email)
    person.go_on()
    code = re.search(r"\b\d{6}\b", newest_message("login_code").body_text)[0]
    person.page.fill("[name=code]", code)
    person.go_on()


@pytest.mark.parametrize(("language", "width"), [("kk", 375), ("en", 1280)])
def test_person_says_that_nothing_has_changed(walker, language, width):
    cast = Cast.create()
    account = UserFactory(language=language)
    record = made.registered(cast.here, cast.officer_here, account=account)
    ResidencyRecord.objects.update(last_confirmed_at=ago(340))
    assert freshness.ask_due() == 1
    path = link_of(newest_message("still_here"))
    person = walker(f"still-here-{language}", width, java_script=False)
    person.open(path)
    person.shot("open")
    person.go_on()
    person.shot("answered")
    record.refresh_from_db()
    assert record.last_confirmed_at > ago(1)
    Confirmation.objects.update(confirmed_at=None, answer_by=date(2026, 1, 1))
    person.open(path)
    person.shot("expired")
    person.open(f"/{language}/still-here/broken/")
    person.shot("unknown")
    person.open(path)
    person.go_on()
    assert f"/{language}/sign-in/" in person.page.url
    person.open(f"/{language}/privacy/")
    person.shot("privacy")
    assert person.strangers == []


@pytest.mark.parametrize(("language", "width"), [("kk", 375), ("en", 1280)])
def test_child_grows_up_and_takes_the_entry_over(walker, language, width):
    cast = Cast.create()
    parent, own = UserFactory(language=language), f"young.{language}@example.org"
    today = timezone.localdate()
    seventeen = date(today.year - 17, today.month, min(today.day, 28))
    record = made.registered(
        cast.here,
        cast.officer_here,
        account=parent,
        capacity="parent",
        iin="",
        birth_date=seventeen,
    )
    keeper = walker(f"parent-{language}", width, java_script=False)
    keeper.open(f"/{language}/account/{record.public_id}/coming-of-age/")
    sign_in(keeper, parent.email)
    keeper.shot("own-address")
    keeper.page.fill("[name=email]", parent.email)
    keeper.go_on()
    keeper.shot("own-address-error")
    keeper.page.fill("[name=email]", own)
    keeper.go_on()
    keeper.shot("entry")
    _a_year_passes(record)
    assert coming_of_age.end_childhoods() == 1
    young = walker(f"young-{language}", width, java_script=False)
    young.open(link_of(newest_message("coming_of_age")))
    sign_in(young, own)
    young.shot("take-over")
    young.go_on()
    young.shot("entry")
    record.refresh_from_db()
    assert record.citizen.account.email == own
    young.open(f"/{language}/account/take-over/")
    young.shot("nothing-waits")


def _a_year_passes(record):
    """The person was born a year earlier, and the parent began when the person was a child."""
    citizen = Citizen.objects.get(pk=record.citizen_id)
    Citizen.objects.filter(pk=citizen.pk).update(
        birth_date=citizen.birth_date.replace(year=citizen.birth_date.year - 1)
    )
    LegalRepresentative.objects.update(began_at=ago(2000))


@pytest.mark.parametrize(("language", "width"), [("kk", 1280), ("en", 1280)])
def test_officer_sees_what_is_in_doubt(walker, settings, language, width):
    settings.DEMO = True
    cast = Cast.create()
    cast.officer_here.language = language
    cast.officer_here.save()
    silent = made.registered(cast.here, cast.officer_here)
    made.registered(cast.here, cast.officer_here)
    late = made.more_info(cast.here, cast.officer_here)
    ResidencyRecord.objects.filter(pk=silent.pk).update(unconfirmed_since=ago(10))
    late.requests.update(answer_by=ago(3).date())
    officer = walker(f"doubt-{language}", width)
    page = officer.page
    officer.open(f"/{language}/sign-in/officer/")
    page.fill("[name=login]", cast.officer_email)
    page.fill("[name=password]", PASSWORD)
    page.click("main .q-btn")
    page.wait_for_load_state("load")
    for name, path in {
        "index": "/admin/",
        "register": "/admin/registrations/residencyrecord/?freshness=unconfirmed",
        "shares": "/admin/registrations/residencyrecord/freshness/",
        "waiting": "/admin/registrations/application/?task=waiting",
        "record": f"/admin/registrations/application/{silent.application.public_id}/change/",
        "late": f"/admin/registrations/application/{late.public_id}/change/",
    }.items():
        officer.open(path)
        officer.shot(name)
    assert OutboxMessage.objects.filter(kind="went_on_unanswered").count() == 0
    page.click("form[action$='/go-on/'] button")
    page.wait_for_load_state("load")
    assert OutboxMessage.objects.filter(kind="went_on_unanswered").count() == 1
