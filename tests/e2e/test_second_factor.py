"""The officers' door in a real browser, outside demonstration mode, in Kazakh: authenticator app,
passkey, recovery codes; an e-mailed code opens nothing."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import call_command

from accounts.models import AuditEvent, User
from tests.e2e.conftest import newest_message
from tests.factories.accounts import PASSWORD
from tests.factories.cast import Cast

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SECOND_FACTOR = "/kk/sign-in/second-factor/"


@pytest.fixture
def officer(settings):
    settings.DEMO = False
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    call_command("compile_catalogues", verbosity=0)
    cast = Cast.create()
    User.objects.filter(pk=cast.officer_here.pk).update(language="kk")
    return cast.officer_here


def code_of(secret):
    """What an authenticator app shows now; the portal takes each code once."""
    cache.clear()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in(walker):
    walker.open("/kk/sign-in/officer/?next=/admin/")
    walker.page.fill("[name=login]", Cast.officer_email)
    walker.page.fill("[name=password]", PASSWORD)
    walker.go_on()


def sign_out(walker):
    walker.page.context.clear_cookies()


def press(walker, selector):
    """Press and wait until the address has changed."""
    before = walker.page.url
    walker.page.click(selector)
    walker.page.wait_for_url(lambda url: url != before)
    walker.page.wait_for_load_state("load")
    walker.look()


def give_password_again(walker):
    walker.page.fill("[name=password]", PASSWORD)
    press(walker, "main form[action*='again'] [type=submit]")


def enrol_app(walker):
    """Activate the authenticator app; its secret and the recovery codes."""
    page = walker.page
    assert page.url.endswith(SECOND_FACTOR)
    walker.shot("index")
    press(walker, "a[href$='/totp/activate/']")
    walker.shot("again")
    give_password_again(walker)
    walker.shot("app")
    secret = page.input_value("#authenticator_secret")
    page.fill("[name=code]", "000000")
    walker.go_on("main form [type=submit]")
    assert page.title().startswith("Қате:")
    walker.shot("app-error")
    page.fill("[name=code]", code_of(page.input_value("#authenticator_secret")))
    secret = page.input_value("#authenticator_secret")
    press(walker, "main form [type=submit]")
    assert page.url.endswith("/recovery-codes/")
    walker.shot("recovery-codes")
    codes = page.input_value("#recovery_codes").split()
    page.check("#codes_saved")
    return secret, codes


def test_authenticator_app_and_recovery_codes(walker, officer):
    own = walker("second-factor", 1280)
    page = own.page
    sign_in(own)
    secret, codes = enrol_app(own)
    assert len(set(codes)) == 10
    own.open("/admin/")
    assert page.url == f"{own.server}/admin/"
    own.open(SECOND_FACTOR + "recovery-codes/")
    assert [code for code in codes if code in page.content()] == []
    own.shot("recovery-codes-again")
    sign_out(own)

    sign_in(own)
    assert page.url.startswith(f"{own.server}{SECOND_FACTOR}authenticate/")
    own.shot("asked")
    own.open("/admin/")
    assert page.url.endswith("/sign-in/second-factor/authenticate/")
    own.open("/kk/sign-in/officer/?next=/admin/")
    page.fill("[name=code]", "000000")
    own.go_on("main form [type=submit]")
    assert page.title().startswith("Қате:")
    own.shot("asked-error")
    page.fill("[name=code]", code_of(secret))
    press(own, "main form [type=submit]")
    assert page.url == f"{own.server}/admin/"
    sign_out(own)

    for code, opens in ((codes[0], True), (codes[0], False), (codes[1], True)):
        sign_in(own)
        page.fill("[name=code]", code)
        page.click("main form [type=submit]")
        page.wait_for_load_state("load")
        assert (page.url == f"{own.server}/admin/") is opens
        sign_out(own)
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes[2:]
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    kept = AuditEvent.objects.filter(action="second_factor.added").values_list(
        "details__type", flat=True
    )
    assert sorted(kept) == ["recovery_codes", "totp"]
    assert own.strangers == []


@pytest.fixture
def key():
    """A key on this machine that says yes to everything, as Chromium's own tests use it."""

    def plug_into(walker):
        chromium = walker.context.new_cdp_session(walker.page)
        chromium.send("WebAuthn.enable")
        chromium.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return chromium

    return plug_into


def test_passkey(walker, officer, key):
    own = walker("passkey", 1280)
    page = own.page
    key(own)
    sign_in(own)
    press(own, "a[href$='/webauthn/add/']")
    give_password_again(own)
    own.shot("add")
    page.fill("[name=name]", "Менің кілтім")
    press(own, "#mfa_webauthn_add")
    assert page.url.endswith("/recovery-codes/")
    page.check("#codes_saved")
    own.open(SECOND_FACTOR)
    own.shot("index")
    own.open(SECOND_FACTOR + "webauthn/")
    own.shot("list")
    assert "Менің кілтім" in page.inner_text("main")
    own.open("/admin/")
    assert page.url == f"{own.server}/admin/"
    sign_out(own)

    sign_in(own)
    assert page.url.startswith(f"{own.server}{SECOND_FACTOR}authenticate/")
    press(own, "#mfa_webauthn_authenticate")
    assert page.url == f"{own.server}/admin/"
    assert own.strangers == []


def test_another_key_does_not_open(walker, officer, key):
    own = walker("another-key", 1280)
    key(own)
    sign_in(own)
    press(own, "a[href$='/webauthn/add/']")
    give_password_again(own)
    press(own, "#mfa_webauthn_add")
    thief = walker("thief", 1280)
    key(thief)
    sign_in(thief)
    thief.page.click("#mfa_webauthn_authenticate")
    thief.page.wait_for_selector("#key-failed:not([hidden])")
    thief.shot("failed")
    thief.look()
    thief.open("/admin/")
    assert "/sign-in/" in thief.page.url


def test_phone_is_wide_enough(walker, officer):
    own = walker("second-factor-375", 375)
    sign_in(own)
    enrol_app(own)


def test_emailed_code_opens_nothing(walker, officer):
    """Neither the admin nor the page where a second factor could be set up."""
    mailbox = walker("mailbox", 1280)
    page = mailbox.page
    for wanted in ("/admin/", SECOND_FACTOR, SECOND_FACTOR + "totp/activate/"):
        mailbox.open("/kk/sign-in/")
        page.fill("[name=email]", Cast.officer_email)
        mailbox.go_on()
        page.fill("[name=code]", re.search(r"\d{6}", newest_message("login_code").body_text)[0])
        mailbox.go_on()
        assert page.url == f"{mailbox.server}/kk/account/"
        mailbox.open(wanted)
        assert page.url.startswith(f"{mailbox.server}/kk/sign-in/officer/")
        mailbox.open("/kk/account/")
        assert "/sign-in/" in page.url
    assert not Authenticator.objects.exists()
