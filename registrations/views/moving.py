"""A registered person has moved: the pages of the move, its check, and the sending."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registrations import law
from registrations.forms.moving import GO_TO, Move, MovePage
from registrations.models import ResidencyRecord
from registrations.services import requests, transfers
from registrations.views.entries import is_of_another, open_record, unless_closed


@require_http_methods(["GET", "POST"])
@unless_closed
def moved(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A move told once: page by page, a look at which mission takes over, and the POST."""
    record = open_record(request, public_id)
    if record.open_transfer is not None:
        return _told_already(request, record)
    move = Move(request.POST, record, of_another=is_of_another(request, record))
    form = _page(request, move)
    if form is not None:
        context = {"form": form, "record": record, "refused": move.refused}
        return render(request, "registrations/entry/moved.html", context)
    if "confirmed" in request.POST:
        return _move(request, record, move.place())
    return _check(request, record, move)


def _page(request: HttpRequest, move: Move) -> MovePage | None:
    if request.method != "POST" or GO_TO in request.POST:
        return move.show(request.POST.get(GO_TO, ""))
    return move.page_to_show()


def _check(request: HttpRequest, record: ResidencyRecord, move: Move) -> HttpResponse:
    place = move.place()
    leaves = place.mission != record.mission
    context = {
        "carried": move.boxes_beside(),
        # In another language the check is shown again, not the form before it.
        "typed": True,
        "switch": "look",
        "record": record,
        "answers": move.answers(place),
        "before": move.key_before(),
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
        return _told_already(request, record)
    if application is None:
        messages.success(request, _("The new address is saved. The mission stays the same."))
        return redirect("registrations:entry", record.public_id)
    return redirect("registrations:receipt", application.public_id)


def _told_already(request: HttpRequest, record: ResidencyRecord) -> HttpResponse:
    messages.warning(request, _("The move is told already: the new mission works on it."))
    return redirect("registrations:entry", record.public_id)
