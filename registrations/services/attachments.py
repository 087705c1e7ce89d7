"""Document copies: the file first, the row second, so that no row is without a whole file."""

from collections.abc import Iterable

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
            audit.record(actor=actor, action="attachment.added", target=copy)
    except BaseException:
        default_storage.delete(path)
        raise


@transaction.atomic
def remove(copy: Attachment, *, actor: User) -> None:
    """Take a copy back: gone from a draft, kept as replaced once an officer may have seen it."""
    audit.record(actor=actor, action="attachment.removed", target=copy)
    if copy.application.status != ApplicationStatus.DRAFT:
        copy.replaced_at = timezone.now()
        copy.save()
        return
    path = copy.file.name
    copy.delete()
    transaction.on_commit(lambda: delete_files([path]))


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
