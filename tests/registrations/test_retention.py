"""What the law's periods delete, on the day, whole, and nothing else."""

from datetime import date

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import AuditEvent, OutboxMessage, User
from registrations import law
from registrations.enums import DeregistrationGround
from registrations.models import (
    Application,
    Attachment,
    Citizen,
    Declaration,
    EmergencyContact,
    MorningDigest,
    ResidencyRecord,
    TravelDocument,
)
from registrations.services import applying_again, attachments, drafts, lifecycle, retention
from tests.clock import at, due_work, due_work_at, kinds, moment
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
MARK = "Ерекшетегі"


def tables_with_the_name():
    """The tables of which some row still has the person's name in a column."""
    found = set()
    for model in apps.get_app_config("registrations").get_models():
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{MARK}%"])
            if cursor.fetchone()[0]:
                found.add(model.__name__)
    return found


def rows():
    """How many rows each table of the register has."""
    models = apps.get_app_config("registrations").get_models()
    people = [model for model in models if model is not MorningDigest]
    return {model.__name__: model._default_manager.count() for model in people}


def draft_on(cast, text, **traits):
    with at(text):
        return made.draft(cast.here, family_name=MARK, **traits)


# --- Drafts ---------------------------------------------------------------------------------


def test_draft_is_announced_and_deleted_whole(cast, django_capture_on_commit_callbacks):
    empty = rows()
    draft = draft_on(cast, "2027-03-01 12:00", account=cast.citizen, permanent=True)
    with at("2027-03-01 12:00"):
        copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    assert tables_with_the_name() == {"Citizen", "CitizenHistory"}
    due_work_at("2027-03-28 11:59")
    assert kinds(kind="draft_expiring") == []
    due_work_at("2027-03-28 13:00")
    due_work_at("2027-03-29 12:00")
    warning = OutboxMessage.objects.get(kind="draft_expiring")
    assert (warning.recipient, warning.reference) == (cast.citizen.email, "")
    assert "31 March 2027" in warning.body_text
    due_work_at("2027-03-31 12:59")
    assert Application.objects.count() == 1
    assert default_storage.exists(copy.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        due_work_at("2027-03-31 13:00")
    assert rows() == empty
    assert tables_with_the_name() == set()
    assert not default_storage.exists(copy.file.name)
    logged = AuditEvent.objects.get(action="draft.purged")
    assert logged.details == {"applications": 1, "copies": 1, "people": 1}
    assert MARK not in str([logged.target_label, logged.actor, logged.details])
    assert User.objects.filter(pk=cast.citizen.pk).exists()


def test_saved_page_keeps_the_draft(cast):
    draft = draft_on(cast, "2027-03-01 12:00")
    due_work_at("2027-03-29 12:00")
    with at("2027-03-30 12:00"):
        drafts.save_page(draft, "name", actor=draft.applicant, write=lambda _application: None)
    due_work_at("2027-04-01 12:00")
    due_work_at("2027-04-25 12:00")
    assert kinds(kind="draft_expiring") == ["draft_expiring"]
    due_work_at("2027-04-26 12:00")
    assert kinds(kind="draft_expiring") == ["draft_expiring"] * 2
    due_work_at("2027-04-29 11:00")
    assert Application.objects.count() == 1
    due_work_at("2027-04-29 12:00")
    assert Application.objects.count() == 0


def test_late_warning_puts_the_deletion_off(cast):
    draft_on(cast, "2027-03-01 12:00")
    due_work_at("2027-04-10 12:00")
    assert "13 April 2027" in OutboxMessage.objects.get(kind="draft_expiring").body_text
    due_work_at("2027-04-13 11:00")
    assert Application.objects.count() == 1
    due_work_at("2027-04-13 12:00")
    assert Application.objects.count() == 0


def test_person_with_something_else_keeps_everything_of_it(cast):
    with at("2027-01-10 12:00"):
        made.refused(cast.here, cast.officer_here, account=cast.citizen)
    before = rows()
    draft_on(cast, "2027-01-20 12:00", account=cast.citizen)
    due_work_at("2027-02-17 12:00")
    due_work_at("2027-02-20 12:00")
    after = rows()
    # Editing the draft wrote history of the person, who stays.
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"CitizenHistory"}
    assert AuditEvent.objects.get(action="draft.purged").details["people"] == 0
    assert Citizen.objects.get().account == cast.citizen


def test_child_of_a_draft_goes_and_the_parent_stays(cast):
    with at("2027-01-10 12:00"):
        made.registered(cast.here, cast.officer_here, account=cast.citizen)
    before = rows()
    draft_on(
        cast, "2027-01-20 12:00", account=cast.citizen, capacity="parent", iin="",
        birth_date=date(2020, 1, 1),
    )  # fmt: skip
    due_work_at("2027-02-17 12:00")
    due_work_at("2027-02-20 12:00")
    assert rows() == before


def test_withdrawn_draft_goes_without_a_warning(cast):
    empty = rows()
    draft = draft_on(cast, "2027-03-01 12:00")
    with at("2027-03-05 12:00"):
        lifecycle.withdraw(draft, actor=draft.applicant)
    due_work_at("2027-03-31 12:59")
    assert Application.objects.count() == 1
    # Thirty days of 24 hours: the clocks went forward in between.
    due_work_at("2027-03-31 13:00")
    assert rows() == empty
    assert kinds(kind="draft_expiring") == []


def test_sent_and_withdrawn_application_is_kept(cast):
    with at("2027-03-01 12:00"):
        sent = made.submitted(cast.here)
        lifecycle.withdraw(sent, actor=sent.applicant)
    due_work_at("2027-05-01 12:00")
    assert Application.objects.get().status == "withdrawn"


def test_file_shared_with_a_move_is_kept(cast, django_capture_on_commit_callbacks):
    draft = draft_on(cast, "2027-03-01 12:00", account=cast.citizen)
    with at("2027-03-01 12:00"):
        copy = attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
        other = made.draft(cast.here, account=cast.other_citizen)
    Attachment.objects.create(
        application=other,
        kind=copy.kind,
        file=copy.file.name,
        original_name=copy.original_name,
        content_type=copy.content_type,
        size=copy.size,
        sha256=copy.sha256,
        uploaded_by=copy.uploaded_by,
    )
    Application.objects.filter(pk=other.pk).update(saved_at=moment("2027-03-30 12:00"))
    due_work_at("2027-03-28 13:00")
    with django_capture_on_commit_callbacks(execute=True):
        due_work_at("2027-03-31 13:00")
    assert not Application.objects.filter(pk=draft.pk).exists()
    assert default_storage.exists(copy.file.name)


def test_history_of_others_still_refuses_deletion(cast):
    draft_on(cast, "2027-03-01 12:00")
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-28 13:00")
    due_work_at("2027-03-31 13:00")
    history = apps.get_model("registrations", "CitizenHistory")
    assert history.objects.count() > 0
    with pytest.raises(Exception, match="Cannot update or delete"):
        history.objects.all().delete()


# --- Accounts ---------------------------------------------------------------------------------


def asked_for_a_code(email, on):
    with at(on):
        account = UserFactory(email=email, last_login=None)
        OutboxMessage.objects.create(
            recipient=email,
            user=account,
            language="kk",
            kind="login_code",
            subject="c",
            body_text="1",
        )
    return account


def test_account_nobody_signed_in_to_is_deleted_with_its_codes(cast):
    account = asked_for_a_code("typo@example.org", "2027-03-01 12:00")
    due_work_at("2027-03-31 12:59")
    assert User.objects.filter(pk=account.pk).exists()
    due_work_at("2027-03-31 13:00")
    assert not User.objects.filter(email="typo@example.org").exists()
    assert not OutboxMessage.objects.filter(recipient="typo@example.org").exists()
    logged = AuditEvent.objects.get(action="account.purged")
    assert (logged.target_label, logged.details) == ("", {"messages": 1})


def test_account_that_asked_again_lately_is_kept(cast):
    account = asked_for_a_code("slow@example.org", "2027-03-01 12:00")
    with at("2027-03-31 11:50"):
        OutboxMessage.objects.create(
            recipient=account.email, user=account, language="kk", kind="login_code", subject="c",
            body_text="1",
        )  # fmt: skip
    due_work_at("2027-03-31 13:00")
    assert User.objects.filter(pk=account.pk).exists()


def test_used_accounts_and_officers_are_kept(cast):
    User.objects.filter(is_staff=True).update(last_login=None)
    with at("2027-03-01 12:00"):
        made.draft(cast.here, account=cast.citizen)
    User.objects.filter(pk=cast.citizen.pk).update(last_login=None)
    before = set(User.objects.values_list("pk", flat=True))
    due_work_at("2027-03-20 12:00")
    assert set(User.objects.values_list("pk", flat=True)) == before


# --- Emergency contacts --------------------------------------------------------------------------


def knows_contact(application):
    """Where the third person still stands, read as the portal itself would."""
    found = set()
    if application.citizen.emergency_contacts.exists():
        found.add("rows")
    for declaration in Declaration.objects.filter(application=application):
        if "Серік" in str(declaration.answers.get("emergency")):
            found.add("declaration")
    record = ResidencyRecord.objects.filter(application=application).first()
    if record is not None:
        if "Серік" in str(record.entered.get("emergency")):
            found.add("entry")
        history = apps.get_model("registrations", "ResidencyRecordHistory")
        for kept in history.objects.filter(pgh_obj_id=record.pk):
            if "Серік" in str(kept.entered.get("emergency")):
                found.add("history")
    return found


def closed(cast, on="2027-03-01 12:00"):
    with at("2027-01-15 12:00"):
        record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    with at(on):
        lifecycle.deregister(
            record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        )
    return record


def test_contacts_go_ninety_days_after_the_entry_is_closed(cast):
    record = closed(cast)
    application = record.application
    assert knows_contact(application) == {"rows", "declaration", "entry", "history"}
    due_work_at("2027-05-30 12:30")
    assert knows_contact(application) == {"rows", "declaration", "entry", "history"}
    due_work_at("2027-05-30 13:00")
    assert knows_contact(application) == set()
    record.refresh_from_db()
    # Nothing else of what was entered and declared is touched.
    assert record.entered["name"]["family_name"] == "Серікұлы"
    assert record.entered["household"] == []
    assert application.current_declaration.answers["iin"]["iin"] == made.IIN
    logged = AuditEvent.objects.get(action="contacts.purged")
    assert logged.details == {"contacts": 1, "declarations": 1}
    assert "Серік" not in str(logged.details)
    due_work_at("2027-06-30 13:00")
    assert AuditEvent.objects.filter(action="contacts.purged").count() == 1


def test_contacts_go_after_a_refusal(cast):
    with at("2027-03-01 12:00"):
        application = made.refused(cast.here, cast.officer_here)
    due_work_at("2027-05-31 12:00")
    assert knows_contact(application) == set()


def test_contacts_go_after_a_withdrawal(cast):
    with at("2027-03-01 12:00"):
        application = made.submitted(cast.here)
        lifecycle.withdraw(application, actor=application.applicant)
    due_work_at("2027-05-31 12:00")
    assert knows_contact(application) == set()


def test_contacts_of_who_registered_again_stay(cast):
    record = closed(cast)
    with at("2027-03-10 12:00"):
        again = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    due_work_at("2027-05-31 12:00")
    assert knows_contact(record.application) == {"rows"}
    assert knows_contact(again.application) >= {"rows", "declaration", "entry"}
    assert EmergencyContact.objects.count() == 1


def test_contacts_stay_while_a_later_clock_runs(cast):
    record = closed(cast)
    with at("2027-04-10 12:00"):
        late = made.refused(cast.here, cast.officer_here, account=cast.citizen)
    due_work_at("2027-05-31 12:00")
    assert knows_contact(record.application) == {"rows"}
    due_work_at("2027-07-09 12:00")
    assert knows_contact(late) == set()


@pytest.mark.parametrize("withdrawn", [False, True])
def test_contacts_that_only_a_draft_kept_go_with_it(cast, withdrawn):
    with at("2027-03-01 12:00"):
        refused = made.refused(cast.here, cast.officer_here, account=cast.citizen)
    with at("2027-05-20 12:00"):
        draft = applying_again.apply_again(refused, actor=cast.citizen)
    due_work_at("2027-06-01 09:00")
    contacts = refused.citizen.emergency_contacts
    assert contacts.count() == 1
    if withdrawn:
        with at("2027-06-02 12:00"):
            lifecycle.withdraw(draft, actor=cast.citizen)
    for day in ("2027-06-17", "2027-06-21"):
        due_work_at(f"{day} 09:00")
    assert contacts.count() == 0
    assert Application.objects.filter(pk=draft.pk).count() == 0
    due_work_at("2027-06-22 09:00")
    logged = AuditEvent.objects.filter(action="contacts.purged").order_by("id")
    assert [(event.target_label, event.details) for event in logged] == [
        (refused.reference, {"contacts": 0, "declarations": 1}),
        (refused.reference, {"contacts": 1, "declarations": 0}),
    ]


def test_contacts_of_the_registered_stay(cast):
    with at("2027-01-15 12:00"):
        record = made.registered(cast.here, cast.officer_here)
    due_work_at("2027-12-10 12:00")
    assert knows_contact(record.application) == {"rows", "declaration", "entry", "history"}


def test_declaration_still_refuses_to_be_changed(cast):
    record = closed(cast)
    due_work_at("2027-05-31 12:00")
    declaration = record.application.current_declaration
    with pytest.raises(Exception, match="Cannot update or delete"):
        declaration.save()


def test_record_page_opens_after_the_purge(cast):
    record = closed(cast)
    due_work_at("2027-05-31 12:00")
    with at("2027-06-01 12:00"):
        page = signed_in(cast.officer_here).get(
            f"/admin/registrations/application/{record.application.public_id}/change/"
        )
    assert page.status_code == 200
    assert "Серікұлы" in page.content.decode()


# --- The law ------------------------------------------------------------------------------------


def test_every_period_of_the_law_has_its_deletion():
    limited = {rule.key for rule in law.RETENTION if rule.days is not None}
    assert limited == set(retention.PURGES)


def test_period_of_the_law_drives_the_deletion(cast, monkeypatch):
    shorter = tuple(
        law.Retention(rule.key, rule.what, 10 if rule.key == "unused_account" else rule.days)
        for rule in law.RETENTION
    )
    monkeypatch.setattr(law, "RETENTION", shorter)
    account = asked_for_a_code("typo@example.org", "2027-03-01 12:00")
    due_work_at("2027-03-11 12:00")
    assert not User.objects.filter(pk=account.pk).exists()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_privacy_page_shows_the_periods(client, language):
    page = client.get(f"/{language}/privacy/").content.decode()
    days = [str(rule.days) for rule in law.RETENTION if rule.days is not None]
    shown = page.partition("<dl")[2]
    assert [day for day in days if day not in shown] == []


def test_double_round_deletes_once(cast):
    draft_on(cast, "2027-03-01 12:00")
    due_work_at("2027-03-28 13:00")
    with at("2027-03-31 13:00"):
        due_work()
        due_work()
    assert AuditEvent.objects.filter(action="draft.purged").count() == 1
