"""Document copies: the file first, the row second, so that no row is without a whole file."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from registrations.enums import ApplicationStatus, AttachmentKind
from registrations.models import Application, Attachment, ChangeRequest
from registrations.models.applications import attachment_path
from registrations.uploads import AdmittedFile, admit


def store(
    application: Application,
    *,
    kind: AttachmentKind,
    upload: UploadedFile | None,
    actor: User,
    change_request: ChangeRequest | None = None,
) -> Attachment:
    """Draw or rebuild the upload anew, write it to private storage, then add its row.

    A copy that comes with a change request counts once the change is accepted.

    Raises registrations.uploads.UploadRefused with the sentence for the citizen. Where the row
    cannot be written the file is taken away again.
    """
    admitted = admit(upload)
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
            _log(actor, "attachment.added", copy)
    except BaseException:
        default_storage.delete(path)
        raise


@transaction.atomic
def remove(copy: Attachment, *, actor: User) -> None:
    """Take a copy back: gone from a draft, kept as replaced once an officer may have seen it."""
    _log(actor, "attachment.removed", copy)
    if copy.application.status != ApplicationStatus.DRAFT:
        copy.replaced_at = timezone.now()
        copy.save()
        return
    path = copy.file.name
    copy.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def _log(actor: User, action: str, copy: Attachment) -> None:
    """By its kind alone: a file name may hold a name or a number, and the log forgets nothing."""
    audit.record(actor=actor, action=action, target=copy, label=copy.get_kind_display())
