"""The public check of a certificate, asked by a machine."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_codes_tried_from_one_place_are_limited():
    statuses = [Client().get(f"/en/verify/{n:028d}/").status_code for n in range(32)]
    assert statuses == [404] * 30 + [429] * 2
