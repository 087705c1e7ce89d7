"""The directory and the officers' way to a password, looked at in a real browser."""

import re

import pytest

from accounts.models import OutboxMessage
from missions.services import save_mission
from tests.factories.accounts import PASSWORD
from tests.factories.cast import Cast
from tests.missions.directory_files import load

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NEW = "тау бөктеріндегі алма бағы"


@pytest.mark.parametrize(("language", "width"), [("kk", 375), ("ru", 375), ("en", 1280)])
def test_somebody_finds_a_mission(walker, language, width):
    load()
    person = walker(f"directory-{language}", width, java_script=False)
    person.open(f"/{language}/missions/")
    person.shot("all")
    person.page.fill("[name=q]", "словения")
    person.go_on()
    person.page.click("main .missions a")
    person.page.wait_for_load_state("load")
    person.look()
    person.shot("vienna")
    person.open(f"/{language}/missions/?q=нигерия")
    person.shot("nothing")
    assert person.strangers == []


def test_officer_is_invited_posted_and_comes_in(walker, settings):
    settings.DEMO = True
    cast = Cast.create()
    save_mission(cast.here, changed=set(), contacts_confirmed=True, actor=cast.ministry)
    ministry = walker("ministry", 1280)
    page = ministry.page
    ministry.open("/en/sign-in/officer/")
    page.fill("[name=login]", cast.ministry.email)
    page.fill("[name=password]", PASSWORD)
    ministry.go_on()
    ministry.open("/admin/missions/posting/add/")
    with ministry.context.expect_page() as opened:
        page.click("#add_id_user")
    window = opened.value
    window.fill("[name=email]", "new.officer@example.org")
    window.fill("[name=full_name]", "Сәуле Жаңабай")
    window.click("[name=_save]")
    page.wait_for_selector("#id_user option:checked:has-text('Сәуле')", state="attached")
    page.select_option("[name=mission]", str(cast.here.pk))
    page.select_option("[name=role]", "officer")
    page.fill("[name=starts_on]", "2026-01-01")
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success")
    ministry.shot("posted")
    _sets_a_password(walker("officer", 375, java_script=False))


def _sets_a_password(officer):
    message = OutboxMessage.objects.get(kind="officer_invited")
    link = re.search(r"https?://[^/]+(/\S+/officer/password/\S+/)", message.body_text)[1]
    officer.open(link)
    officer.go_on()
    officer.page.fill("[name=password]", NEW)
    officer.page.fill("[name=again]", NEW)
    officer.go_on()
    officer.shot("sign-in")
    officer.page.fill("[name=login]", message.recipient)
    officer.page.fill("[name=password]", NEW)
    officer.page.click("main .q-btn")
    officer.page.wait_for_url("**/admin/")
    officer.open(link)
    officer.shot("used")
    officer.go_on()
    officer.page.fill("[name=email]", message.recipient)
    officer.go_on()
    officer.shot("sent")
