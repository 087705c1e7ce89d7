"""A registered person's entry: what stands in it, and the pages that keep it true."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registrations.answers import rows_of, sections
from registrations.enums import RequestState
from registrations.forms import PAGES
from registrations.forms.base import ApplicationPage
from registrations.forms.entry import ChangeCopyPage
from registrations.forms.people import REMOVE, PeoplePage
from registrations.models import ChangeRequest, ResidencyRecord
from registrations.services import (
    changes,
    coming_of_age,
    declarations,
    lifecycle,
    requests,
)
from registrations.steps import SEEN_BY_OFFICER, STEP_BY_KEY
from registrations.uploads import UploadRefused, admit
from registrations.views.outgrown import not_found

MOVES = gettext_lazy(
    "Nothing is changed: the entry moves to another mission. Change this once it has decided."
)


SETTLED_CHANGE = gettext_lazy("The officer has settled this change already.")
# What became of a request that nobody settled; the rest the mission has answered.
UNSETTLED = {
    RequestState.WITHDRAWN: gettext_lazy("It is taken back already."),
    RequestState.LAPSED: requests.REFUSALS["ended"],
}


def already(refused: requests.RequestRefused, settled: str | Promise) -> str:
    """Why nothing more can be done about it; ``settled`` are the words for an answered one."""
    state = refused.request.state if refused.request else ""
    return str(UNSETTLED.get(state, settled))


def own_record(request: HttpRequest, public_id: UUID) -> ResidencyRecord:
    """The entry of the person, or of one whom the person represents; 404 otherwise."""
    visible = ResidencyRecord.objects.visible_to(request.user).select_related(
        "citizen__account", "mission", "application__citizen", "application__applicant"
    )
    record = visible.filter(public_id=public_id).first()
    if record is None or not lifecycle.acts_for_citizen(request.user, record.application):
        raise not_found(request, residency_records__public_id=public_id)
    return record


def is_of_another(request: HttpRequest, record: ResidencyRecord) -> bool:
    """Whether somebody who represents the person reads and writes here."""
    return record.citizen.account_id != request.user.pk


def open_record(request: HttpRequest, public_id: UUID) -> ResidencyRecord:
    """The same, for pages that only an entry in force has. Raises RequestRefused."""
    record = own_record(request, public_id)
    if record.closed_at is not None:
        raise requests.RequestRefused("closed")
    return record


def unless_closed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where the entry is closed, or was while the page was open, its own page says so."""

    @wraps(view)
    def wrapped(request: HttpRequest, public_id: UUID, **named: Any) -> HttpResponse:
        try:
            return view(request, public_id, **named)
        except requests.RequestRefused:
            messages.warning(request, _("The entry is closed: nothing is changed or asked for."))
            return redirect("registrations:entry", public_id)

    return wrapped


@require_safe
def entry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the person stands, what waits, what can be done, everything that is written down."""
    record = own_record(request, public_id)
    application = record.application
    now = record.entered if record.closed_at else declarations.collect(application)
    context = {
        "record": record,
        "application": application,
        "sections": sections(now),
        "changeable": changes.changeable(record),
        "changes": record.changerequests.order_by("-id"),
        "steps": STEP_BY_KEY,
        "asked_certificates": record.certificaterequests.order_by("-id"),
        "certificates": record.certificates.listed().order_by("-id"),
        "help_requests": record.helprequests.order_by("-id"),
        "notice": record.open_notice,
        "voting": record.voting_requests.filter(withdrawn_at=None).first(),
        "moving": record.open_transfer,
        "events": application.events.all(),
        "question": record.confirmations.open().first(),
        "can_name_address": coming_of_age.may_name_address(record),
    }
    return render(request, "registrations/entry/entry.html", context)


@require_http_methods(["GET", "POST"])
@unless_closed
def details(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """Change one page: at once, or as a request with before and after for the officer."""
    record = open_record(request, public_id)
    if key not in changes.CHANGEABLE:
        return redirect("registrations:entry", record.public_id)
    # What was typed while the move was told in another tab comes back with the reason.
    if request.method != "POST" and key not in changes.changeable(record):
        messages.warning(request, MOVES)
        return redirect("registrations:entry", record.public_id)
    waiting = record.changerequests.open().filter(page=key).first()
    if waiting is not None:
        return redirect("registrations:change", record.public_id, waiting.public_id)
    form = _form(request, record, key)
    if request.method == "POST" and (done := _answered(request, record, key, form)):
        return done
    return _shown(request, record, key, form)


def _form(request: HttpRequest, record: ResidencyRecord, key: str) -> ApplicationPage:
    """The page as the entry has it; with ``?again`` as the change that was refused has it."""
    form_class, told = PAGES[key], {}
    if refused := _taken_up(request, record, key):
        told = {"initial": form_class.load_answers(refused.proposed)}
    typed = request.POST if request.method == "POST" else None
    return form_class(typed, application=record.application, **told)


def _taken_up(request: HttpRequest, record: ResidencyRecord, key: str) -> ChangeRequest | None:
    """The refused change that the person asks for again, and came from."""
    return _refused_last(record, key) if "again" in request.GET else None


def _refused_last(record: ResidencyRecord, key: str) -> ChangeRequest | None:
    """The newest change of the page, if it was refused."""
    last: ChangeRequest | None = record.changerequests.filter(page=key).order_by("-id").first()
    return last if last is not None and last.state == RequestState.REFUSED else None


def _shown(
    request: HttpRequest, record: ResidencyRecord, key: str, form: ApplicationPage
) -> HttpResponse:
    context = {
        "form": form,
        "helper": _helper(form, key),
        "record": record,
        "step": STEP_BY_KEY[key],
        "refused": _taken_up(request, record, key),
        "by_officer": key in SEEN_BY_OFFICER,
    }
    return render(request, "registrations/entry/details.html", context)


def _helper(form: ApplicationPage, key: str) -> FormHelper:
    label = _("Send to the officer") if key in SEEN_BY_OFFICER else _("Save")
    helper = form.helper
    # A full list has nothing to save; its persons are removed by the form all the same.
    helper.inputs = [Submit("save", label)] if form.fields else []
    return helper


def _change_at_once(
    request: HttpRequest, record: ResidencyRecord, key: str, form: ApplicationPage
) -> HttpResponse:
    changes.change_at_once(record, key, write=form.write, actor=request.user)
    messages.success(request, _("Saved. The mission sees it at once."))
    if isinstance(form, PeoplePage) and form.has_changed():
        return redirect("registrations:details", record.public_id, key)
    return redirect("registrations:entry", record.public_id)


def _change(
    request: HttpRequest, record: ResidencyRecord, key: str, form: ApplicationPage
) -> HttpResponse | None:
    """Where the change leads; None where the page is shown again, with what was typed."""
    try:
        if key in changes.AT_ONCE:
            return _change_at_once(request, record, key, form)
        change = changes.propose(record, key, write=form.write, actor=request.user)
    except requests.RequestRefused as refused:
        if refused.code != "moving":
            raise
        form.add_error(None, ValidationError(MOVES, code="moving"))
        return None
    except changes.NothingChanged:
        messages.info(request, _("These answers are in the register already: nothing to change."))
        return redirect("registrations:entry", record.public_id)
    except IntegrityError:
        messages.info(request, _("A change of this page waits for the officer already."))
        return redirect("registrations:entry", record.public_id)
    return redirect("registrations:change", record.public_id, change.public_id)


def _answered(
    request: HttpRequest, record: ResidencyRecord, key: str, form: ApplicationPage
) -> HttpResponse | None:
    if REMOVE in request.POST and isinstance(form, PeoplePage):
        return _remove_person(request, record, key, form)
    return _change(request, record, key, form) if form.is_valid() else None


def _remove_person(
    request: HttpRequest, record: ResidencyRecord, key: str, form: PeoplePage
) -> HttpResponse:
    """Take one person off the list; what is typed of another one stays on the page."""
    row = next((row for row in form.listed if str(row.public_id) == request.POST[REMOVE]), None)
    if row is not None:
        changes.change_at_once(record, key, write=lambda _entry: row.delete(), actor=request.user)
        said = _("Removed: %(name)s. The mission sees it at once.") % {"name": row.name}
        messages.success(request, said)
    if not form.is_typed():
        return redirect("registrations:details", record.public_id, key)
    return _shown(request, record, key, _form(request, record, key))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: UUID, change_id: UUID) -> HttpResponse:
    """A change that was asked for: before and after, and the copies that prove it."""
    record = own_record(request, public_id)
    asked = get_object_or_404(record.changerequests, public_id=change_id)
    form = ChangeCopyPage(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        change=asked,
    )
    if request.method == "POST" and form.is_valid() and _take_copy(request, asked, form):
        return redirect("registrations:change", record.public_id, asked.public_id)
    context = {
        "form": form if asked.is_open else None,
        "record": record,
        "change": asked,
        "step": STEP_BY_KEY[asked.page],
        "rows": list(rows_of(STEP_BY_KEY[asked.page], asked.proposed, asked.before)),
        "may_ask_again": asked == _refused_last(record, asked.page)
        and asked.page in changes.changeable(record),
    }
    return render(request, "registrations/entry/change.html", context)


def _take_copy(request: HttpRequest, asked: ChangeRequest, form: ChangeCopyPage) -> bool:
    """False where the page is to be shown again with its errors."""
    try:
        # Drawing a file anew takes long: not for one that would not be kept.
        changes.must_take_proof(asked)
        admitted = admit(request.FILES.get("upload"))
        changes.add_proof(asked, admitted, kind=form.kind, actor=request.user)
    except changes.TooManyProofs:
        form.refuse_more(changes.MOST_PROOFS)
        return False
    except UploadRefused as refused:
        form.refuse(refused)
        return False
    except requests.RequestRefused as refused:
        messages.warning(request, already(refused, SETTLED_CHANGE))
    else:
        messages.success(request, _("The copy is added."))
    return True


@require_POST
def withdraw_change(request: HttpRequest, public_id: UUID, change_id: UUID) -> HttpResponse:
    """Take a change back that no officer has settled."""
    record = own_record(request, public_id)
    asked = get_object_or_404(record.changerequests, public_id=change_id)
    try:
        requests.settle(asked, state=RequestState.WITHDRAWN, actor=request.user)
        messages.info(request, _("The change is taken back. The register stays as it was."))
    except requests.RequestRefused as refused:
        messages.warning(request, already(refused, SETTLED_CHANGE))
    return redirect("registrations:entry", record.public_id)
