"""A lost mailbox in a real browser: recovery codes, the pages of the change, the officer's look."""

import pytest
from django.conf import settings as django_settings

from accounts.models import AddressChange, User
from registrations.services import attachments, lifecycle
from tests.accounts.changing import digits
from tests.e2e.conftest import newest_message
from tests.factories import registrations as made
from tests.factories.accounts import PASSWORD
from tests.factories.cast import Cast
from tests.files import upload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(citizen, email):
    citizen.open("/kk/sign-in/")
    citizen.page.fill("[name=email]", email)
    citizen.go_on()
    citizen.page.fill("[name=code]", digits(newest_message("login_code")))
    citizen.go_on()


def make_codes(citizen):
    citizen.open("/kk/account/security/")
    citizen.shot("overview")
    citizen.open("/kk/account/security/recovery-codes/")
    citizen.shot("codes-before")
    citizen.go_on()
    citizen.shot("codes")
    codes = citizen.page.locator(".codes li").all_inner_texts()
    citizen.open("/kk/account/security/")
    return codes


def lose_mailbox(stranger, old, new):
    page = stranger.page
    stranger.open("/kk/sign-in/")
    stranger.shot("sign-in")
    stranger.go_on("main a[href$='/address/lost/']")
    stranger.go_on()
    stranger.shot("lost-error")
    page.fill("[name=old]", old)
    page.fill("[name=new]", new)
    stranger.go_on()
    stranger.shot("code")
    page.fill("[name=code]", digits(newest_message("new_address_code")))
    stranger.go_on()
    stranger.shot("second")
    return AddressChange.objects.latest("id")


def confirm(officer, change):
    page = officer.page
    officer.open("/kk/sign-in/officer/")
    page.fill("[name=login]", Cast.officer_email)
    page.fill("[name=password]", PASSWORD)
    page.click("main .q-btn")
    officer.open("/admin/")
    officer.shot("index")
    officer.open("/admin/accounts/addresschange/")
    officer.shot("list")
    officer.open(f"/admin/accounts/addresschange/{change.public_id}/refuse/")
    officer.shot("refuse")
    officer.open(f"/admin/accounts/addresschange/{change.public_id}/change/")
    officer.shot("change")
    page.check("[name=seen]")
    officer.go_on("main .q-actions button, #content .q-actions button")


@pytest.mark.parametrize(("width", "java_script"), [(375, True), (1280, False)])
def test_lost_mailbox(walker, settings, width, java_script):
    settings.DEMO = True
    cast = Cast.create()
    User.objects.filter(pk=cast.citizen.pk).update(language="kk")
    User.objects.filter(pk=cast.officer_here.pk).update(language="kk")
    draft = made.draft(cast.here, account=cast.citizen)
    attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    case = lifecycle.take(made.send(draft), actor=cast.officer_here)
    lifecycle.register(case, actor=cast.officer_here, checked=["photo"])

    citizen = walker(f"mailbox-citizen-{width}", width, java_script=java_script)
    sign_in(citizen, cast.citizen.email)
    codes = make_codes(citizen)
    stranger = walker(f"mailbox-lost-{width}", width, java_script=java_script)
    lose_mailbox(stranger, cast.citizen.email, "first@example.org")
    stranger.page.check("[value=recovery_code]")
    stranger.go_on()
    stranger.shot("recovery-code")
    stranger.page.fill("[name=code]", codes[0])
    stranger.go_on()
    stranger.shot("done")
    assert User.objects.get(pk=cast.citizen.pk).email == "first@example.org"

    change = lose_mailbox(stranger, "first@example.org", "second@example.org")
    stranger.page.check("[value=officer]")
    stranger.go_on()
    stranger.shot("waiting")
    told = newest_message("address_change_asked").body_text
    link = next(word for word in told.split() if "/stop/" in word)
    stranger.open(link.removeprefix(django_settings.PORTAL_ORIGIN))
    stranger.shot("cancel")
    officer = walker(f"mailbox-officer-{width}", 1280, java_script=java_script)
    confirm(officer, change)
    assert User.objects.get(pk=cast.citizen.pk).email == "second@example.org"
    for person in (citizen, stranger, officer):
        assert person.strangers == []
