"""Document copies: the file first, the row second, so that no row is without a whole file."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent, User
from registrations.enums import ApplicationStatus, AttachmentKind, RequestState
from registrations.models import Application, Attachment, ChangeRequest
from registrations.models.attachments import attachment_path
from registrations.services import declarations
from registrations.services.transitions import ActorMayNot, acts_for_citizen
from registrations.uploads import AdmittedFile, admit

# Whoever opens the pages of a copy within this time of one another looks at it once.
ONE_LOOK = timedelta(minutes=15)


def store(
    application: Application,
    *,
    kind: AttachmentKind,
    upload: UploadedFile | None,
    actor: User,
    change_request: ChangeRequest | None = None,
) -> Attachment:
    """Draw or rebuild the upload anew, write it to private storage, then add its row.

    Raises registrations.uploads.UploadRefused with the sentence for the citizen, and ActorMayNot.
    """
    admitted = admit(upload)
    return add(application, admitted, kind=kind, actor=actor, change_request=change_request)


def add(
    application: Application,
    admitted: AdmittedFile,
    *,
    kind: AttachmentKind,
    actor: User,
    change_request: ChangeRequest | None = None,
) -> Attachment:
    """Write a file that was admitted to private storage, then add its row.

    A copy that comes with a change request counts once the change is accepted. Where the row
    cannot be written the file is taken away again. Raises ActorMayNot.
    """
    if not acts_for_citizen(actor, application):
        raise ActorMayNot(application, "only the citizen or a representative sends a copy")
    copy = Attachment(
        application=application,
        kind=kind,
        original_name=admitted.original_name,
        content_type=admitted.content_type,
        size=len(admitted.content),
        pages=admitted.pages,
        sha256=admitted.sha256,
        uploaded_by=actor,
        change_request=change_request,
    )
    _keep(copy, admitted, actor=actor)
    return copy


def _keep(copy: Attachment, admitted: AdmittedFile, *, actor: User) -> None:
    path = default_storage.save(
        attachment_path(copy, f"copy.{admitted.extension}"), ContentFile(admitted.content)
    )
    copy.file.name = path
    try:
        with transaction.atomic():
            copy.save()
            _log(copy, "attachment.added", actor=actor)
    except BaseException:
        default_storage.delete(path)
        raise


@transaction.atomic
def remove(copy: Attachment, *, actor: User) -> None:
    """Take a copy back: gone from a draft, kept as replaced once an officer may have seen it."""
    _log(copy, "attachment.removed", actor=actor)
    if copy.application.status != ApplicationStatus.DRAFT:
        copy.replaced_at = timezone.now()
        copy.save()
        return
    path = copy.file.name
    copy.delete()
    transaction.on_commit(lambda: delete_files([path]))


def declared(application: Application) -> QuerySet[Attachment]:
    """The copies an officer judges by: those sent last, and those of accepted changes.

    What the citizen has added since is not sent yet; what was taken back since still counts as it
    was sent.
    """
    last = application.current_declaration
    named = declarations.copies_named(last.answers) if last else []
    until = application.decided_at or timezone.now()
    kept: QuerySet[Attachment] = application.attachments.filter(
        Q(public_id__in=named) & (Q(replaced_at=None) | Q(replaced_at__lt=until))
        | Q(change_request__state=RequestState.DONE, replaced_at=None)
    )
    return kept


def log_look(copy: Attachment, *, actor: User, once_a_visit: bool = False) -> None:
    """Write the look into the log; ``once_a_visit`` where one visit asks for page after page."""
    earlier = AuditEvent.objects.filter(
        target_type=copy._meta.label_lower,
        target_id=str(copy.public_id),
        action="attachment.viewed",
        actor_email=actor.email,
        at__gte=timezone.now() - ONE_LOOK,
    )
    if once_a_visit and earlier.exists():
        return
    mission = copy.application.mission
    _log(copy, "attachment.viewed", actor=actor, mission=mission.code if mission else "")


def _log(copy: Attachment, action: str, *, actor: User, mission: str = "") -> None:
    """By its kind alone: a file name may hold a name or a number, and the log forgets nothing."""
    label = AttachmentKind(copy.kind).label
    audit.record(actor=actor, action=action, target=copy, label=label, mission=mission)


def carry_over(before: Application, after: Application) -> None:
    """The copies go along to the application that follows; both rows have one file in common."""
    for copy in before.attachments.current():
        Attachment.objects.create(
            application=after,
            kind=copy.kind,
            file=copy.file.name,
            original_name=copy.original_name,
            content_type=copy.content_type,
            size=copy.size,
            pages=copy.pages,
            sha256=copy.sha256,
            uploaded_by=copy.uploaded_by,
            uploaded_at=copy.uploaded_at,
        )


def delete_files(paths: Iterable[str]) -> None:
    """Delete the files that no row has any more: a copy that was carried over shares its file."""
    for path in paths:
        if not Attachment.objects.filter(file=path).exists():
            default_storage.delete(path)
