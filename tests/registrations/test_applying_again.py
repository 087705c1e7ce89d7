"""After a refusal: the same person, the answers and the copies that were sent."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import OutboxMessage
from missions.models import ForeignMission
from registrations.enums import ApplicationStatus, Capacity, DeregistrationGround, RefusalGround
from registrations.models import Application, Attachment, Citizen, LegalRepresentative
from registrations.services import attachments, declarations, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
EDITED = {
    "id",
    "public_id",
    "reference",
    "status",
    "version",
    "created_at",
    "saved_at",
    "submitted_at",
    "submitted_by_id",
    "due_at",
    "assigned_to_id",
    "taken_at",
    "decided_at",
    "decided_by_id",
    "refusal_ground",
    "refusal_text",
}


def refused(cast, **traits):
    draft = made.draft(cast.here, account=cast.citizen, **traits)
    attachments.store(draft, kind="identity", upload=upload("паспорт.jpg"), actor=cast.citizen)
    Application.objects.filter(pk=draft.pk).update(occupation="Study", planned_end="2028-01-01")
    draft.refresh_from_db()
    case = lifecycle.take(made.send(draft), actor=cast.officer_here)
    return lifecycle.refuse(
        case, actor=cast.officer_here, ground=RefusalGround.RULES_NOT_MET, text="Not clear."
    )


def apply_again(cast, application):
    """Presses the button of the account page; the draft that follows."""
    client = signed_in(cast.citizen)
    address = f"/en/register/{application.public_id}/again/"
    assert f'action="{address}"' in client.get("/en/account/").content.decode()
    answer = client.post(address)
    again = Application.objects.exclude(pk=application.pk).get()
    assert answer.url == f"/en/register/{again.public_id}/"
    return again


@pytest.mark.parametrize("capacity", Capacity.values)
def test_answers_and_copies_are_kept(cast, capacity):
    before = refused(cast, capacity=capacity, iin="")
    again = apply_again(cast, before)
    assert (again.status, again.citizen) == (ApplicationStatus.DRAFT, before.citizen)
    old, new = (Application.objects.values().get(pk=one.pk) for one in (before, again))
    assert {name for name in old if old[name] != new[name]} <= EDITED
    assert (new["occupation"], new["planned_end"]) == ("Study", date(2028, 1, 1))
    (copy,) = again.attachments.all()
    assert (copy.original_name, copy.sha256) == (
        "паспорт.jpg",
        before.attachments.get().sha256,
    )
    assert signed_in(cast.citizen).get(f"/en/register/{again.public_id}/").url == (
        f"/en/register/{again.public_id}/check/"
    )


def test_child_is_not_made_twice(cast):
    apply_again(cast, refused(cast, capacity=Capacity.PARENT, iin=""))
    assert Citizen.objects.count() == 1
    assert LegalRepresentative.objects.count() == 1


def test_copy_removed_from_the_draft_stays_with_the_refused_application(
    cast, django_capture_on_commit_callbacks
):
    before = refused(cast)
    again = apply_again(cast, before)
    kept = before.attachments.get()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(cast.citizen).post(f"/en/copies/{again.attachments.get().public_id}/remove/")
    assert list(Attachment.objects.all()) == [kept]
    assert default_storage.exists(kept.file.name)


def test_second_press_gives_the_same_draft(cast):
    before = refused(cast)
    again = apply_again(cast, before)
    answer = signed_in(cast.citizen).post(f"/en/register/{before.public_id}/again/")
    assert answer.url == f"/en/register/{again.public_id}/"
    assert Application.objects.count() == 2


def test_forgotten_contacts_are_asked_for_again(cast):
    before = refused(cast)
    Application.objects.filter(pk=before.pk).update(contacts_purged_at=timezone.now())
    before.citizen.emergency_contacts.all().delete()
    again = apply_again(cast, before)
    assert "emergency" not in again.answered_pages
    assert set(before.answered_pages) - set(again.answered_pages) == {"emergency"}


def test_button_goes_once_the_person_applied_again(cast):
    before = refused(cast)
    apply_again(cast, before)
    page = signed_in(cast.citizen).get("/en/account/").content.decode()
    assert f"{before.public_id}/again/" not in page
    assert "You may appeal to the ministry or to a court." in page


def test_who_is_registered_meanwhile_is_not_applied_for(cast):
    before = refused(cast)
    again = apply_again(cast, before)
    case = lifecycle.take(made.send(again), actor=cast.officer_here)
    lifecycle.register(case, actor=cast.officer_here, checked=["photo"])
    answer = signed_in(cast.citizen).post(f"/en/register/{before.public_id}/again/")
    assert answer.url == "/en/account/"
    assert Application.objects.count() == 2


def test_stranger_cannot_apply_again_for_somebody(cast):
    before = refused(cast)
    for account in (cast.other_citizen, cast.officer_here):
        answer = signed_in(account).post(f"/en/register/{before.public_id}/again/")
        assert answer.status_code == 404
    assert Application.objects.count() == 1


def test_what_was_not_refused_is_not_applied_for_again(cast):
    sent = made.submitted(cast.here, account=cast.citizen)
    lifecycle.withdraw(sent, actor=cast.citizen)
    assert signed_in(cast.citizen).post(f"/en/register/{sent.public_id}/again/").url == (
        "/en/account/"
    )
    assert Application.objects.count() == 1


def refused_move(cast, ground=None):
    """Somebody moves to Ankara and is refused there; on ``ground`` the entry is closed before."""
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    if ground is not None:
        record.refresh_from_db()
        lifecycle.deregister(record.application, actor=cast.officer_here, ground=ground)
    return lifecycle.refuse(
        moved, actor=cast.officer_there, ground=RefusalGround.RULES_NOT_MET, text="Not clear."
    )


def test_refused_move_of_a_closed_entry_is_applied_for_again(cast):
    before = refused_move(cast, DeregistrationGround.STAY_ENDED)
    told = OutboxMessage.objects.filter(kind="refused").get().body_text
    assert "apply again; your answers are kept" in told
    address = f"/en/register/{before.public_id}/again/"
    citizen = signed_in(cast.citizen)
    assert f'action="{address}"' in citizen.get("/en/account/").content.decode()
    citizen.post(address)
    again = Application.objects.get(status=ApplicationStatus.DRAFT)
    assert (again.mission, again.city, again.transfer_of) == (cast.there, before.city, None)
    assert declarations.collect(again) == before.current_declaration.answers
    assert again.citizen.street == "Atatürk Blv. 7"
    case = lifecycle.take(made.send(again), actor=cast.officer_there)
    opened = lifecycle.register(case, actor=cast.officer_there, checked=["photo"])
    assert opened.entered["address"]["street"] == "Atatürk Blv. 7"


def test_refused_move_of_an_entry_in_force_is_told_again(cast):
    before = refused_move(cast)
    citizen = signed_in(cast.citizen)
    shown = citizen.get("/en/account/").content.decode()
    assert f"{before.public_id}/again/" not in shown
    answer = citizen.post(f"/en/register/{before.public_id}/again/", follow=True)
    assert "There is nothing to apply for again" in answer.content.decode()
    assert not Application.objects.filter(status=ApplicationStatus.DRAFT).exists()
    before.citizen.refresh_from_db()
    assert before.citizen.street == "Müllerstraße 12"


def test_mission_closed_since_is_chosen_anew(cast):
    before = refused(cast)
    ForeignMission.objects.filter(pk=cast.here.pk).update(is_open=False)
    again = apply_again(cast, before)
    client = signed_in(cast.citizen)
    opened = client.get(f"/en/register/{again.public_id}/")
    assert opened.url == f"/en/register/{again.public_id}/mission/?check"
    assert client.get(f"/en/register/{again.public_id}/check/").status_code == 302
