"""The account at 320 px, with the spacing some people need to read (WCAG 1.4.10, 1.4.12)."""

import pytest

from registrations.services import changes
from tests.factories import registrations as made
from tests.factories.cast import Cast
from tests.sessions import signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SPACE = """for (const one of document.querySelectorAll('*')) {
  one.style.letterSpacing = '.12em'; one.style.wordSpacing = '.16em'; one.style.lineHeight = '1.5';
}"""
WIDER = "document.documentElement.scrollWidth - window.innerWidth"


def proposed(record):
    def rename(application):
        application.citizen.family_name = "Мырзабекқожанұлы"
        application.citizen.save()

    return changes.propose(record, "name", write=rename, actor=record.citizen.account)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nothing_is_wider_than_a_small_phone(walker, language):
    cast = Cast.create()
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    change = proposed(record)
    case = f"/admin/registrations/application/{record.application.public_id}/change/"
    signed_in(cast.officer_here).get(case)
    signed_in(cast.ministry).get(case)
    person = walker(f"account-{language}", 320)
    cookie = signed_in(cast.citizen).cookies["sessionid"].value
    person.context.add_cookies([{"name": "sessionid", "value": cookie, "url": person.server}])
    entry = f"/{language}/account/{record.public_id}/"
    for name, address in {
        "data": f"/{language}/account/data/{record.citizen.public_id}/",
        "change": f"{entry}changes/{change.public_id}/",
        "entry": entry,
        "account": f"/{language}/account/",
    }.items():
        person.open(address)
        person.page.evaluate(SPACE)
        person.shot(name)
        assert person.page.evaluate(WIDER) <= 0, address
    change_page = person.page.goto(f"{person.server}{entry}changes/{change.public_id}/")
    assert change_page.ok
    person.go_on("main form .q-btn")
    person.page.evaluate(SPACE)
    assert person.page.evaluate(WIDER) <= 0, "errors of the change"
