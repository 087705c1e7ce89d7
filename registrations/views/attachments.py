"""Document copies: sent one a page, seen by the citizen and by the officer, never by address."""

import logging
from uuid import UUID

from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.middleware import stopped_at_the_door
from registrations.enums import AttachmentKind
from registrations.forms.documents import CopyPage
from registrations.models import Application, Attachment
from registrations.services import attachments, drafts, lifecycle
from registrations.steps import STEP_BY_KEY, Step
from registrations.uploads import UploadRefused, page_image
from registrations.views.applications import (
    closed,
    leave,
    onward,
    open_step,
    own_application,
    page_context,
)

logger = logging.getLogger(__name__)
# Copies of one kind that a person may send.
MOST_COPIES = 4


@require_http_methods(["GET", "POST"])
def copy_page(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """Send a copy of one kind of document."""
    found = own_application(request, public_id)
    step = open_step(found, key)
    if step is None:
        return closed(request, found)
    form = CopyPage(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        application=found,
        step=step,
    )
    if request.method == "POST" and (gone := _save(request, found, step, form)):
        return gone
    return render(request, "registrations/copy.html", page_context(found, step, form))


def _save(
    request: HttpRequest, found: Application, step: Step, form: CopyPage
) -> HttpResponse | None:
    """Store the file and go on; None where the page is to be shown again with its errors."""
    if "leave" in request.POST and not request.FILES:
        return leave(request, found)
    if not (form.is_valid() and _take(request, found, form)):
        return None
    found = drafts.save_page(found, step.key, actor=request.user, write=form.write)
    if "leave" in request.POST:
        return leave(request, found)
    return onward(request, found, step)


def _take(request: HttpRequest, application: Application, form: CopyPage) -> bool:
    """Store the file, if one was sent; False and an error in the form where it was refused."""
    upload = request.FILES.get("upload")
    if upload is None and (form.copies.exists() or form.is_optional):
        return True
    if form.copies.count() >= MOST_COPIES:
        form.refuse_more(MOST_COPIES)
        return False
    try:
        attachments.store(application, kind=form.kind, upload=upload, actor=request.user)
    except UploadRefused as refused:
        form.refuse(refused)
        return False
    return True


@require_POST
def remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a copy back. Without its last copy the page asks for one again."""
    copy = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    found = own_application(request, copy.application.public_id)
    step = next(step for step in STEP_BY_KEY.values() if step.attachment == copy.kind)
    if open_step(found, step.key) is None:
        return closed(request, found)
    form = CopyPage(application=found, step=step)
    drafts.save_page(
        found,
        step.key,
        actor=request.user,
        write=lambda _application: attachments.remove(copy, actor=request.user),
        finished=form.is_optional or form.copies.exclude(pk=copy.pk).exists(),
    )
    return redirect("registrations:copy", found.public_id, step.key)


@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The stored copy, to those who see the application; each look is logged.

    The bytes were drawn or rebuilt by the portal; the sandbox is for what nobody thought of.
    """
    copy = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    if stopped := _stopped(request, copy):
        return stopped
    mission = copy.application.mission
    audit.record(
        actor=request.user,
        action="attachment.viewed",
        target=copy,
        label=AttachmentKind(copy.kind).label,
        mission=mission.code if mission else "",
    )
    return _private(FileResponse(_opened(copy), content_type=copy.content_type))


@require_safe
def page(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """One page as a picture, for the viewer beside the officer's record page."""
    copy = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    if stopped := _stopped(request, copy):
        return stopped
    if number not in copy.page_numbers:
        raise Http404
    picture, content_type = page_image(_opened(copy).read(), copy.content_type, number)
    return _private(HttpResponse(picture, content_type=content_type))


def _stopped(request: HttpRequest, copy: Attachment) -> HttpResponse | None:
    """Who sees the copy as an officer has come by the officers' door, as to every other page of
    theirs; a code from a mailbox opens only the own papers."""
    if lifecycle.acts_for_citizen(request.user, copy.application):
        return None
    return stopped_at_the_door(request, request.user)


def _opened(copy: Attachment) -> File:
    """The stored file; 404 where the storage has lost it."""
    try:
        return copy.file.open("rb")
    except FileNotFoundError as error:
        logger.error("the file of copy %s is gone", copy.public_id)
        raise Http404 from error


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
