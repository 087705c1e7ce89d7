"""What the law's periods delete: one function a period of law.RETENTION, run over and over.

Each deletion leaves an event in the log that says how much of what went, and of whom nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pgtrigger
from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import OutboxMessage, User
from registrations import law
from registrations.enums import OPEN_STATUSES, ApplicationStatus
from registrations.models import Application, Citizen, EmergencyContact, ResidencyRecord
from registrations.services import abandoned, rounds

# The page of a declaration that holds whom to call in an emergency.
CONTACTS = "emergency"
# Cases that need them: the person is registered, applies, or left so lately that the clock runs.
NEEDING = Q(contacts_purged_at=None) & (Q(status__in=OPEN_STATUSES) | ~Q(submitted_at=None))


def purge_due() -> int:
    """Delete whatever is kept long enough by now."""
    return sum(PURGES[rule.key](rule.days) for rule in law.RETENTION if rule.days is not None)


# --- Accounts that were never used ------------------------------------------------------------


def purge_unused_accounts(kept_days: int) -> int:
    """Accounts opened by asking for a code that nobody typed in; the codes go with them."""
    return rounds.each(_unused(kept_days), lambda account: _purge_account(account, kept_days))


def _unused(kept_days: int) -> "QuerySet[User]":
    edge = timezone.now() - timedelta(days=kept_days)
    lately = OutboxMessage.objects.filter(user=OuterRef("pk"), created_at__gt=edge)
    unused: QuerySet[User] = User.objects.filter(
        ~Exists(lately),
        last_login=None,
        date_joined__lte=edge,
        is_staff=False,
        is_superuser=False,
        citizen=None,
        applications=None,
        represents=None,
    )
    return unused


def _purge_account(account: User, kept_days: int) -> bool:
    if not _unused(kept_days).filter(pk=account.pk).exists():
        return False
    messages, _kinds = account.messages.all().delete()
    account.address_changes.all().delete()
    account.delete()
    audit.record(actor=None, action="account.purged", details={"messages": messages})
    return True


# --- Other people's data: whom to call in an emergency --------------------------------------------


def purge_contacts(kept_days: int) -> int:
    """After an entry is closed, or an application came to nothing, on a clock of their own."""
    purged = rounds.each(_ended(kept_days), lambda ended: _purge_contacts(ended, kept_days))
    return purged + rounds.each(_left_behind(), _purge_left_behind)


def _ended(kept_days: int) -> "QuerySet[Application]":
    edge = timezone.now() - timedelta(days=kept_days)
    came_to_nothing = Q(status=ApplicationStatus.REFUSED, decided_at__lte=edge) | Q(
        status=ApplicationStatus.WITHDRAWN, withdrawn_at__lte=edge
    )
    closed = Q(residency_record__closed_at__lte=edge)
    ended: QuerySet[Application] = Application.objects.filter(
        came_to_nothing | closed, contacts_purged_at=None, submitted_at__isnull=False
    )
    return ended


def _purge_contacts(ended: Application, kept_days: int) -> bool:
    if not _ended(kept_days).filter(pk=ended.pk).exists():
        return False
    declared = _strip_declarations(ended)
    record = ResidencyRecord.objects.filter(application=ended).first()
    if record is not None:
        _strip_entry(record)
    ended.contacts_purged_at = timezone.now()
    ended.save(update_fields=["contacts_purged_at"])
    rows = 0
    if not ended.citizen.applications.filter(NEEDING).exists():
        rows, _kinds = ended.citizen.emergency_contacts.all().delete()
    _log_contacts(ended, contacts=rows, declarations=declared)
    return True


def _left_behind() -> "QuerySet[Citizen]":
    """People whose contacts were needed when the time of their case was over, by a draft perhaps,
    and are needed no more."""
    cases = Application.objects.filter(citizen=OuterRef("pk"))
    left: QuerySet[Citizen] = Citizen.objects.filter(
        Exists(EmergencyContact.objects.filter(citizen=OuterRef("pk"))),
        Exists(cases.exclude(contacts_purged_at=None)),
        ~Exists(cases.filter(NEEDING)),
    )
    return left


def _purge_left_behind(citizen: Citizen) -> bool:
    if not _left_behind().filter(pk=citizen.pk).exists():
        return False
    ended = citizen.applications.exclude(contacts_purged_at=None).latest("contacts_purged_at")
    rows, _kinds = citizen.emergency_contacts.all().delete()
    _log_contacts(ended, contacts=rows, declarations=0)
    return True


def _log_contacts(ended: Application, **rows: int) -> None:
    audit.record(
        actor=None,
        action="contacts.purged",
        target=ended,
        mission=ended.mission.code if ended.mission else "",
        details=rows,
    )


def _strip_declarations(application: Application) -> int:
    """What was declared is never changed but for this: the law forgets other people first."""
    stripped = 0
    with pgtrigger.ignore("registrations.Declaration:declaration_append_only"):
        for declaration in application.declarations.all():
            stripped += bool(declaration.answers.get(CONTACTS))
            declaration.answers = _without_contacts(declaration.answers)
            declaration.save(update_fields=["answers"])
    return stripped


def _strip_entry(record: ResidencyRecord) -> None:
    """The entry, and each form of it that the history kept."""
    record.entered = _without_contacts(record.entered)
    record.save(update_fields=["entered"])
    history = apps.get_model("registrations", "ResidencyRecordHistory")
    with pgtrigger.ignore("registrations.ResidencyRecordHistory:append_only"):
        for kept in history._default_manager.filter(pgh_obj_id=record.pk):
            kept.entered = _without_contacts(kept.entered)
            kept.save(update_fields=["entered"])


def _without_contacts(answers: dict[str, Any]) -> dict[str, Any]:
    return answers | {CONTACTS: []} if CONTACTS in answers else answers


PURGES: dict[str, Callable[[int], int]] = {
    "draft": abandoned.purge_due,
    "unused_account": purge_unused_accounts,
    "emergency_contact": purge_contacts,
}
