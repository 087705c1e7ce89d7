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
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registrations import law
from registrations.answers import rows_of, sections
from registrations.enums import RequestState
from registrations.forms import PAGES
from registrations.forms.base import ApplicationPage
from registrations.forms.entry import ChangeCopyPage
from registrations.forms.moving import Move
from registrations.forms.people import PeoplePage
from registrations.models import ChangeRequest, ResidencyRecord
from registrations.services import (
    changes,
    coming_of_age,
    declarations,
    lifecycle,
    requests,
    transfers,
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
        "asked_certificates": record.certificaterequests.order_by("-id"),
        "certificates": record.certificates.listed().order_by("-id"),
        "help_requests": record.helprequests.order_by("-id"),
        "notice": record.departurenotices.open().first(),
        "voting": record.voting_requests.filter(withdrawn_at=None).first(),
        "moving": record.transfers.open().select_related("mission").first(),
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
    form = PAGES[key](
        request.POST if request.method == "POST" else None, application=record.application
    )
    if request.method == "POST" and form.is_valid():
        done = _change(request, record, key, form)
        if done is not None:
            return done
    context = {
        "form": form,
        "helper": _helper(form, key),
        "record": record,
        "step": STEP_BY_KEY[key],
        "by_officer": key in SEEN_BY_OFFICER,
    }
    return render(request, "registrations/entry/details.html", context)


def _helper(form: ApplicationPage, key: str) -> FormHelper:
    label = _("Send to the officer") if key in SEEN_BY_OFFICER else _("Save")
    helper = form.helper
    helper.inputs = [Submit("save", label)]
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


@require_POST
@unless_closed
def remove_person(request: HttpRequest, public_id: UUID, key: str, person: UUID) -> HttpResponse:
    """Take one person off the list of a page of people."""
    record = open_record(request, public_id)
    form_class = PAGES.get(key)
    if key not in changes.AT_ONCE or not issubclass(form_class or object, PeoplePage):
        return redirect("registrations:entry", record.public_id)
    row = form_class.people(record.application).filter(public_id=person).first()
    # Pressed twice, the person is off the list already.
    if row is not None:
        changes.change_at_once(record, key, write=lambda _held: row.delete(), actor=request.user)
    return redirect("registrations:details", record.public_id, key)


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


@require_http_methods(["GET", "POST"])
@unless_closed
def moved(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A move told once: page by page, a look at which mission takes over, and the POST."""
    record = open_record(request, public_id)
    move = Move(request.POST, record)
    if request.method != "POST":
        form = move.start()
    else:
        form = move.correct() if "correct" in request.POST else move.page_to_show()
    if form is not None:
        return render(request, "registrations/entry/moved.html", {"form": form, "record": record})
    place = move.place()
    if "confirmed" in request.POST:
        return _move(request, record, place)
    leaves = place.mission != record.mission
    context = {
        "carried": move.boxes_beside(),
        # In another language the check is shown again, not the form before it.
        "typed": True,
        "switch": "look",
        "record": record,
        "place": place,
        "leaves": leaves,
        "waiting": requests.open_requests(record) if leaves else [],
        "consent": law.current_consent(),
        "working_days": law.REGISTRATION_WORKING_DAYS,
    }
    return render(request, "registrations/entry/moved_check.html", context)


def _move(request: HttpRequest, record: ResidencyRecord, place: transfers.NewPlace) -> HttpResponse:
    try:
        application = transfers.report_move(
            record,
            place=place,
            actor=request.user,
            consent=law.current_consent(),
            language=(get_language() or "kk")[:2],
        )
    except transfers.MoveNotPossible:
        messages.warning(request, _("Your move is told already: the new mission works on it."))
        return redirect("registrations:entry", record.public_id)
    if application is None:
        messages.success(request, _("Your new address is saved. Your mission stays the same."))
        return redirect("registrations:entry", record.public_id)
    return redirect("registrations:receipt", application.public_id)
