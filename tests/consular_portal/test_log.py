"""The log holds no link that still opens something."""

import io
import logging

import pytest
from django.test import Client

from accounts import passwords
from consular_portal.log import WithoutSecrets
from registrations.enums import ConfirmationOccasion
from registrations.services import freshness, links
from tests.factories import registrations as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """What the handler of settings.LOGGING writes."""
    handler = next(
        one
        for one in logging.getLogger().handlers
        if any(isinstance(rule, WithoutSecrets) for rule in one.filters)
    )
    written = io.StringIO()
    kept = handler.setStream(written)
    yield written
    handler.setStream(kept)


def test_links_of_refused_requests_are_cut(cast, log):
    record = made.registered(cast.here, cast.officer_here)
    question = freshness.put_question(record, ConfirmationOccasion.YEARLY)
    asked, password = links.token_of(question), passwords._link_of(cast.officer_here)
    stranger = Client(enforce_csrf_checks=True)
    for address in (f"/en/still-here/{asked}/", f"/en/sign-in/officer/password/{password}/"):
        assert stranger.post(address).status_code == 403
    assert asked not in log.getvalue()
    assert password not in log.getvalue()
    assert "Forbidden" in log.getvalue()
    assert "/en/still-here/…/" in log.getvalue()
    assert "/en/sign-in/officer/password/…/" in log.getvalue()
