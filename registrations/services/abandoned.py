"""Drafts that nobody sends: announced, then deleted whole.

With the draft go its copies, the person where nothing else hangs on it, and what the history tables
kept of both. Those tables refuse deletion; here, and for exactly these rows, they are told not to.
"""

from collections.abc import Iterable
from datetime import timedelta

import pgtrigger
from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from registrations import law
from registrations.enums import ApplicationStatus
from registrations.models import (
    Application,
    Citizen,
    ComingOfAge,
    ExitPermit,
    LegalRepresentative,
    TravelDocument,
)
from registrations.services import attachments, notifications, rounds

WARNING = timedelta(days=law.DRAFT_WARNING_DAYS)
KEPT = timedelta(days=law.DRAFT_KEPT_DAYS)


def warn_due() -> int:
    """Tell once, some days before, that a draft is going to be deleted."""
    unwarned = Q(draft_warned_at=None) | Q(draft_warned_at__lt=F("saved_at"))
    drafts = Application.objects.filter(
        unwarned,
        status=ApplicationStatus.DRAFT,
        saved_at__lte=timezone.now() - (KEPT - WARNING),
    )
    return rounds.each(drafts, _warn)


def _warn(draft: Application) -> bool:
    now = timezone.now()
    is_warned = draft.draft_warned_at is not None and draft.draft_warned_at >= draft.saved_at
    if draft.status != ApplicationStatus.DRAFT or is_warned:
        return False
    if draft.saved_at > now - (KEPT - WARNING):
        return False
    draft.draft_warned_at = now
    draft.save(update_fields=["draft_warned_at"])
    # Where the warning comes late, so does the deletion.
    deleted_at = max(draft.saved_at + KEPT, now + WARNING)
    notifications.about_application(draft, "draft_expiring", deleted_at=deleted_at)
    return True


def purge_due(kept_days: int) -> int:
    """Delete drafts whose time is over and whose people were warned, and withdrawn ones."""
    return rounds.each(_over(kept_days), lambda draft: _purge(draft, kept_days))


def _over(kept_days: int) -> "models.QuerySet[Application]":
    now = timezone.now()
    warned = Q(
        status=ApplicationStatus.DRAFT,
        draft_warned_at__gte=F("saved_at"),
        draft_warned_at__lte=now - WARNING,
    )
    withdrawn = Q(status=ApplicationStatus.WITHDRAWN)
    unsent: models.QuerySet[Application] = Application.objects.filter(
        warned | withdrawn, submitted_at=None, saved_at__lte=now - timedelta(days=kept_days)
    )
    return unsent


def _purge(draft: Application, kept_days: int) -> bool:
    if not _over(kept_days).filter(pk=draft.pk).exists():
        return False
    audit.record(actor=None, action="draft.purged", target=draft, details=erase(draft))
    return True


def erase(draft: Application) -> dict[str, int]:
    """Delete an application that was never sent; how many rows of what went."""
    assert draft.submitted_at is None
    citizen, pk = draft.citizen, draft.pk
    copies = list(draft.attachments.all())
    draft.attachments.all().delete()
    with pgtrigger.ignore("registrations.ApplicationEvent:event_append_only"):
        draft.events.all().delete()
    Application.objects.filter(pk=pk).delete()
    _forget_history(Application, [pk])
    people = forget(citizen)
    paths = [copy.file.name for copy in copies]
    transaction.on_commit(lambda: attachments.delete_files(paths))
    return {"applications": 1, "copies": len(copies), "people": people}


def forget(citizen: Citizen) -> int:
    """Delete a person on whom nothing hangs any more: 1, or 0 where something does."""
    if citizen.applications.exists() or citizen.residency_records.exists():
        return 0
    pk = citizen.pk
    for untracked in ("previous_names", "emergency_contacts", "family"):
        getattr(citizen, untracked).all().delete()
    ComingOfAge.objects.filter(citizen=citizen).delete()
    tracked: tuple[type[models.Model], ...] = (TravelDocument, ExitPermit, LegalRepresentative)
    for model in tracked:
        rows = model._default_manager.filter(citizen=citizen)
        pks = list(rows.values_list("pk", flat=True))
        rows.delete()
        _forget_history(model, pks)
    Citizen.objects.filter(pk=pk).delete()
    _forget_history(Citizen, [pk])
    return 1


def _forget_history(model: type[models.Model], pks: Iterable[int]) -> None:
    history = apps.get_model("registrations", f"{model.__name__}History")
    with pgtrigger.ignore(f"registrations.{history.__name__}:append_only"):
        history._default_manager.filter(pgh_obj_id__in=list(pks)).delete()
