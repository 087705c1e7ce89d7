"""What is issued in a demonstration says on paper, for good, that it certifies nothing."""

import io

import pypdf
import pytest

from registrations.enums import Capacity
from registrations.services import certificates
from tests.factories import registrations as made
from tests.sessions import signed_in

WORDING = certificates.Wording(
    applied_by="Нұрланова Айгерім",
    applied_as=Capacity.SELF,
    signatory_name="Ә. Нұрпейісова",
    signatory_post="Консул",
)


@pytest.mark.parametrize("demo", [True, False])
def test_certificate_of_a_demonstration_is_a_specimen_for_good(cast, settings, demo):
    settings.DEMO = demo
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    certificate = certificates.issue(record, wording=WORDING, actor=cast.officer_here)
    settings.DEMO = not demo
    address = f"/en/account/{record.public_id}/certificates/{certificate.public_id}/"
    printed = signed_in(cast.citizen).get(address)
    [page] = pypdf.PdfReader(io.BytesIO(printed.content)).pages
    said = " ".join(page.extract_text().split())
    assert ("ҮЛГІ · ОБРАЗЕЦ · SPECIMEN" in said) is demo
