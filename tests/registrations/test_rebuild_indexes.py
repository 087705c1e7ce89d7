"""A new INDEX_KEY: numbers are found again, and nothing else changed."""

import base64
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.encryption import blind_index
from accounts.models import AuditEvent
from registrations.models import Citizen, CitizenHistory, TravelDocument
from tests.factories import registrations as made

pytestmark = pytest.mark.django_db


def rebuild():
    said = StringIO()
    call_command("rebuild_indexes", stdout=said)
    return said.getvalue().splitlines()


def test_numbers_are_found_under_the_new_key(cast, settings):
    first, second = made.submitted(cast.here), made.draft(cast.here, iin="")
    histories, logged = CitizenHistory.objects.count(), AuditEvent.objects.count()
    settings.INDEX_KEY = base64.b64encode(b"j" * 32).decode()
    by_iin = Citizen.objects.filter(iin_index=blind_index(made.IIN, purpose="iin"))
    assert list(by_iin) == []
    assert rebuild() == [
        "registrations.citizen: 1 changed",
        "registrations.traveldocument: 2 changed",
    ]
    assert list(by_iin.all()) == [first.citizen]
    found = TravelDocument.objects.filter(number_index=blind_index("N12345678", purpose="document"))
    assert {document.citizen for document in found} == {first.citizen, second.citizen}
    assert Citizen.objects.get(pk=second.citizen_id).iin_index == ""
    assert CitizenHistory.objects.count() == histories
    event = AuditEvent.objects.latest("id")
    assert (AuditEvent.objects.count(), event.action) == (logged + 1, "index-key.rotated")


def test_saving_a_row_agrees_with_the_rebuilt_index(cast, settings):
    citizen = made.submitted(cast.here).citizen
    settings.INDEX_KEY = base64.b64encode(b"j" * 32).decode()
    rebuild()
    rebuilt = Citizen.objects.get(pk=citizen.pk).iin_index, citizen.document.number_index
    for row in (Citizen.objects.get(pk=citizen.pk), TravelDocument.objects.get(citizen=citizen)):
        row.save()
    saved = Citizen.objects.get(pk=citizen.pk).iin_index, citizen.document.number_index
    assert saved == rebuilt


def test_rebuild_again_changes_nothing(cast):
    made.submitted(cast.here)
    logged = AuditEvent.objects.count()
    assert rebuild() == [
        "registrations.citizen: 0 changed",
        "registrations.traveldocument: 0 changed",
    ]
    assert AuditEvent.objects.count() == logged
