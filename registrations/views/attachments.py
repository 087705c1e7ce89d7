"""Document copies: sent one a page, seen by the citizen and by the officer, never by address."""

import logging
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.files import File
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.middleware import stopped_at_the_door
from registrations.forms.documents import CopyPage
from registrations.models import Application, Attachment, ChangeRequest
from registrations.services import attachments, changes, drafts, lifecycle, requests
from registrations.steps import STEP_BY_KEY, Step
from registrations.uploads import AdmittedFile, UploadRefused, admit, page_image
from registrations.views.applications import (
    closed,
    leave,
    onward,
    own_application,
    page_context,
    page_url,
)
from registrations.views.entries import SETTLED_CHANGE, already

logger = logging.getLogger(__name__)
# Copies of one kind that a person may send.
MOST_COPIES = 4


class TooManyCopies(Exception):
    """As many copies of the kind as a person may send are there."""


@require_http_methods(["GET", "POST"])
def copy_page(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """Send a copy of one kind of document."""
    found = own_application(request, public_id)
    step = drafts.open_page(found, key)
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
    return render(request, "registrations/copy.html", page_context(request, found, step, form))


def _save(
    request: HttpRequest, found: Application, step: Step, form: CopyPage
) -> HttpResponse | None:
    """Store the file and go on; None where the page is to be shown again with its errors."""
    if "leave" in request.POST and not request.FILES:
        return leave(request, found)
    if not form.is_valid():
        return None
    try:
        admitted = _admitted(request, form)
        found = drafts.save_page(
            found, step.key, actor=request.user, write=partial(_keep, request, form, admitted)
        )
    except TooManyCopies:
        form.refuse_more(MOST_COPIES)
    except UploadRefused as refused:
        form.refuse(refused)
    except drafts.PageClosed:
        return closed(request, found)
    else:
        return leave(request, found) if "leave" in request.POST else onward(request, found, step)
    return None


def _must_have_room(form: CopyPage) -> None:
    if form.copies.count() >= MOST_COPIES:
        raise TooManyCopies


def _admitted(request: HttpRequest, form: CopyPage) -> AdmittedFile | None:
    """The file drawn anew; None where the page goes on with what it has."""
    upload = request.FILES.get("upload")
    if upload is None and (form.copies.exists() or form.is_optional):
        return None
    if upload is not None:
        # Drawing a file anew takes long: not for one that would not be kept.
        _must_have_room(form)
    return admit(upload)


def _keep(
    request: HttpRequest, form: CopyPage, admitted: AdmittedFile | None, application: Application
) -> None:
    if admitted is not None:
        # Counted once more now that the application is locked: of many at once none slips in.
        _must_have_room(form)
        attachments.add(application, admitted, kind=form.kind, actor=request.user)


@require_POST
def remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a copy back. Without its last copy the page asks for one again."""
    copy = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    found = own_application(request, copy.application.public_id)
    if copy.change_request is not None:
        return _remove_proof(request, copy, copy.change_request)
    step = next(step for step in STEP_BY_KEY.values() if step.attachment == copy.kind)
    form = CopyPage(application=found, step=step)
    stays_answered = form.is_optional or form.copies.exclude(pk=copy.pk).exists()
    try:
        drafts.save_page(
            found,
            step.key,
            actor=request.user,
            write=lambda _application: attachments.remove(copy, actor=request.user),
            unfinished=[] if stays_answered else [step.key],
        )
    except drafts.PageClosed:
        return closed(request, found)
    return HttpResponseRedirect(page_url(request, found, step))


def _remove_proof(request: HttpRequest, copy: Attachment, change: ChangeRequest) -> HttpResponse:
    try:
        changes.remove_proof(copy, actor=request.user)
        messages.info(request, _("The copy is removed. You can add another one."))
    except requests.RequestRefused as refused:
        messages.warning(request, already(refused, SETTLED_CHANGE))
    return redirect("registrations:change", change.record.public_id, change.public_id)


@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The stored copy, to those who see the application; each look is logged.

    The bytes were drawn or rebuilt by the portal; the sandbox is for what nobody thought of.
    """
    copy = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    if stopped := _stopped(request, copy):
        return stopped
    attachments.log_look(copy, actor=request.user)
    return _private(FileResponse(_opened(copy), content_type=copy.content_type))


@require_safe
def page(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """One page as a picture, for the viewer beside the officer's record page; a visit to a copy
    is logged once."""
    copy = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    if stopped := _stopped(request, copy):
        return stopped
    if number not in copy.page_numbers:
        raise Http404
    attachments.log_look(copy, actor=request.user, once_a_visit=True)
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
