"""The form's pages, the check before sending, the sending, the receipt and what was declared."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registrations import law
from registrations.answers import sections
from registrations.enums import ApplicationStatus
from registrations.forms import PAGES
from registrations.forms.base import ApplicationPage
from registrations.forms.people import REMOVE, PeoplePage
from registrations.forms.sending import SendingForm
from registrations.models import Application
from registrations.services import (
    applying_again,
    declarations,
    drafts,
    households,
    lifecycle,
)
from registrations.steps import Step, section_number, step_after, step_before, unanswered
from registrations.views.outgrown import not_found


def own_application(request: HttpRequest, public_id: UUID) -> Application:
    """The citizen's own or a represented person's application; 404 otherwise."""
    visible = Application.objects.visible_to(request.user).select_related(
        "citizen", "mission", "applicant"
    )
    application = visible.filter(public_id=public_id).first()
    if application is None or not lifecycle.acts_for_citizen(request.user, application):
        raise not_found(request, applications__public_id=public_id)
    return application


@require_safe
def application(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the person goes on: the first unanswered page, the check, or the account."""
    found = own_application(request, public_id)
    if not drafts.open_pages(found):
        return redirect("registrations:account")
    waiting = drafts.waiting(found)
    if not waiting:
        return redirect("registrations:check", found.public_id)
    address = reverse("registrations:page", args=[found.public_id, waiting[0].key])
    # Who has been through the pages once goes on to what is missing, not through all of them.
    been_through = (
        found.status == ApplicationStatus.DRAFT and drafts.in_turn(found)[-1] not in waiting
    )
    return HttpResponseRedirect(address + "?check" if been_through else address)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """One question page. ``?check`` brings the person straight back to the check page."""
    found = own_application(request, public_id)
    step = drafts.open_page(found, key)
    if step is None:
        return closed(request, found)
    if step.attachment:
        return HttpResponseRedirect(page_url(request, found, step))
    form = PAGES[key](request.POST if request.method == "POST" else None, application=found)
    if REMOVE in request.POST and isinstance(form, PeoplePage):
        return _remove_person(request, found, step, form)
    if request.method == "POST" and (gone := _save(request, found, step, form)):
        return gone
    return _shown(request, found, step, form)


def _shown(
    request: HttpRequest, found: Application, step: Step, form: ApplicationPage
) -> HttpResponse:
    templates = [f"registrations/pages/{step.key}.html", "registrations/page.html"]
    return render(request, templates, page_context(request, found, step, form))


def page_context(
    request: HttpRequest, found: Application, step: Step, form: ApplicationPage
) -> dict[str, Any]:
    pages = drafts.in_turn(found, step)
    return {
        "form": form,
        "step": step,
        "application": found,
        "back": _back(request, found, step_before(pages, step.key)),
        "progress": section_number(pages, step),
        "expires_at": lifecycle.draft_expires_on(found),
    }


def _back(request: HttpRequest, found: Application, before: Step | None) -> str:
    """The check page for who came from it; else the open page before, or the account."""
    if "check" in request.GET and not unanswered(found):
        return reverse("registrations:check", args=[found.public_id])
    return page_url(request, found, before) if before else reverse("registrations:account")


def page_url(request: HttpRequest, found: Application, step: Step) -> str:
    """The address of a page; on the way back to the check page it keeps saying so."""
    name = "registrations:copy" if step.attachment else "registrations:page"
    query = "?check" if "check" in request.GET else ""
    return reverse(name, args=[found.public_id, step.key]) + query


def closed(request: HttpRequest, found: Application) -> HttpResponse:
    """Where the person goes from a page that cannot be edited: Back after sending, an old tab."""
    if found.submitted_at is None:
        return redirect("registrations:account")
    messages.info(request, _("This application is already sent."))
    return redirect("registrations:receipt", found.public_id)


def _save(
    request: HttpRequest, found: Application, step: Step, form: ApplicationPage
) -> HttpResponse | None:
    """Keep what was sent and go on; None where the page is to be shown again with its errors."""
    leaves = "leave" in request.POST
    if leaves and not form.has_changed():
        return leave(request, found)
    finished = form.is_valid()
    if not finished and not (leaves and form.is_unfinished):
        return None
    try:
        found = drafts.save_page(
            found,
            step.key,
            actor=request.user,
            write=form.write,
            unfinished=[] if finished else form.unfinished(step.keys),
        )
    except drafts.PageClosed:
        return closed(request, found)
    if leaves:
        return leave(request, found)
    if notice := form.notice():
        messages.info(request, notice)
    return onward(request, found, step)


def leave(request: HttpRequest, found: Application) -> HttpResponse:
    """To the account, with the day until which the person can come back."""
    if found.status == ApplicationStatus.DRAFT:
        until = date_format(lifecycle.draft_expires_on(found), "DATE_FORMAT")
        said = _("Your answers are saved. You can come back until %(until)s.") % {"until": until}
    else:
        said = _("Your answers are saved, but not sent to the officer yet.")
    messages.info(request, said)
    return redirect("registrations:account")


def onward(request: HttpRequest, found: Application, step: Step) -> HttpResponse:
    """To the same page for one more, or to the page that follows the one that was saved."""
    following = step if "another" in request.POST else _following(request, found, step)
    if following is None:
        return redirect("registrations:check", found.public_id)
    return HttpResponseRedirect(page_url(request, found, following))


def _following(request: HttpRequest, found: Application, step: Step) -> Step | None:
    """The next open page; for who came from the check page, only what has no answer yet."""
    pages = drafts.in_turn(found, step)
    if "check" not in request.GET:
        return step_after(pages, step.key)
    missing = {page.key for page in unanswered(found)}
    return next((page for page in pages if missing & set(page.keys)), None)


def _remove_person(
    request: HttpRequest, found: Application, step: Step, form: PeoplePage
) -> HttpResponse:
    """Take one person off the list; what is typed of another one stays on the page."""
    row = next((row for row in form.listed if str(row.public_id) == request.POST[REMOVE]), None)
    try:
        if row is not None:
            found = drafts.save_page(
                found,
                step.key,
                actor=request.user,
                write=lambda _application: row.delete(),
                unfinished=[] if len(form.listed) > 1 else [step.key],
            )
    except drafts.PageClosed:
        return closed(request, found)
    if not form.is_typed():
        return HttpResponseRedirect(page_url(request, found, step))
    return _shown(request, found, step, type(form)(request.POST, application=found))


@require_safe
def check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every answer with its "Change", then the way to consent, or the answer to a request."""
    found = own_application(request, public_id)
    if not drafts.open_pages(found):
        return closed(request, found)
    if found.status == ApplicationStatus.DRAFT and unanswered(found):
        return redirect("registrations:application", found.public_id)
    context = {
        "application": found,
        "sections": sections(declarations.collect(found)),
        "open_keys": {step.key for step in drafts.open_pages(found)},
        "answers_request": found.status == ApplicationStatus.MORE_INFO,
        "taken": households.taken(found),
        "copies": found.attachments.current().order_by("id"),
    }
    return render(request, "registrations/check.html", context)


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Consent and declaration; sending twice, from two tabs or after Back, gives one receipt."""
    found = own_application(request, public_id)
    if found.status != ApplicationStatus.DRAFT:
        return closed(request, found)
    form = SendingForm(request.POST if request.method == "POST" else None, application=found)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.submit(
                found,
                actor=request.user,
                consent=law.current_consent(),
                language=(get_language() or "kk")[:2],
            )
        except lifecycle.Incomplete:
            messages.warning(request, _("This page has no answer yet. Fill it in, then send."))
            return redirect("registrations:application", found.public_id)
        except lifecycle.ComeOfAge:
            messages.warning(request, _("The person is 18 now, and registers in person."))
            return redirect("registrations:account")
        return redirect("registrations:receipt", found.public_id)
    context = {"form": form, "application": found, "consent": law.current_consent()}
    return render(request, "registrations/send.html", context)


@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send what the officer asked for; the same answers once more only when that is meant."""
    found = own_application(request, public_id)
    is_meant = "unchanged" in request.POST or not drafts.open_pages(found)
    if not is_meant and declarations.is_as_sent(found):
        return redirect(reverse("registrations:check", args=[found.public_id]) + "?unchanged")
    try:
        lifecycle.answer(found, actor=request.user)
    except lifecycle.Incomplete as incomplete:
        return redirect("registrations:page", found.public_id, incomplete.pages[0])
    except lifecycle.TransitionRefused:
        messages.info(request, _("The officer is not waiting for an answer now."))
    return redirect("registrations:account")


@require_safe
def receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = own_application(request, public_id)
    if found.submitted_at is None:
        return redirect("registrations:application", found.public_id)
    waiting = {ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW}
    context = {"application": found, "is_waiting": found.status in waiting}
    return render(request, "registrations/receipt.html", context)


@require_safe
def answers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was declared, word for word as it was sent: to print or to save."""
    found = own_application(request, public_id)
    declaration = found.current_declaration
    if declaration is None:
        return redirect("registrations:application", found.public_id)
    context = {
        "application": found,
        "declaration": declaration,
        "sections": sections(declaration.answers),
        "shown_at": timezone.now(),
    }
    return render(request, "registrations/answers.html", context)


@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Apply again after a refusal, with the answers and copies that were sent."""
    refused = own_application(request, public_id)
    try:
        found = applying_again.apply_again(refused, actor=request.user)
    except lifecycle.TransitionRefused:
        messages.info(request, _("There is nothing to apply for again: see below how it stands."))
        return redirect("registrations:account")
    return redirect("registrations:application", found.public_id)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the application back: a page that explains, and a POST that does it."""
    found = own_application(request, public_id)
    if request.method == "POST":
        try:
            lifecycle.withdraw(found, actor=request.user)
            messages.info(request, _("The application is withdrawn."))
        except lifecycle.NoSuchTransition:
            messages.warning(request, _("The application can no longer be withdrawn."))
        return redirect("registrations:account")
    context = {"application": found, "expires_at": lifecycle.draft_expires_on(found)}
    return render(request, "registrations/withdraw.html", context)
