"""Three browsers of one person, and one of somebody else."""

import pytest

from accounts.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
HERE = "/en/account/security/"
OUT = f"{HERE}sign-out-everywhere/"


def statuses(clients):
    return [client.get(HERE).status_code for client in clients]


def test_only_the_browser_that_asked_stays_signed_in():
    user, other = UserFactory(), UserFactory()
    clients = [signed_in(user), signed_in(user), signed_in(user), signed_in(other)]
    assert statuses(clients) == [200, 200, 200, 200]
    assert clients[0].post(OUT).url == HERE
    assert statuses(clients) == [200, 302, 302, 200]
    assert AuditEvent.objects.get(action="sessions.ended").actor_email == user.email
    assert clients[1].post(OUT).status_code == 302
    user.refresh_from_db()
    assert user.session_epoch == 1
    assert signed_in(user).get(HERE).status_code == 200


def test_it_holds_while_the_secret_key_is_rotated(settings):
    """A session signed under the former key is upgraded, one of a former epoch is not."""
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    here.post(OUT)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-more-than-fifty-characters-for-the-rotation"
    assert statuses([here, there]) == [200, 302]


def test_following_a_link_signs_nobody_out():
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    assert here.get(OUT).status_code == 405
    assert statuses([here, there]) == [200, 200]
