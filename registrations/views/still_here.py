"""The link of a question "is everything still true?", and the same word said in the account."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from registrations.services import freshness, links
from registrations.views.entries import open_record, unless_closed

View = Callable[..., HttpResponse]
# In these states the link answers never again.
GONE = {links.LinkState.REPLACED, links.LinkState.EXPIRED, links.LinkState.CLOSED}


def kept_to_itself(view: View) -> View:
    """The address opens the page, so it goes into no index and to no other site.

    Not "no-referrer": with it browsers send the form with the origin "null", which is refused.
    """

    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


@login_not_required
@never_cache
@kept_to_itself
@require_http_methods(["GET", "HEAD", "POST"])
def still_here(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the entry by given name and mission; only the button, never the opening, confirms."""
    question = links.find(token)
    if question is None:
        return render(request, "registrations/still_here.html", {"state": "unknown"}, status=404)
    state = links.state_of(question)
    if request.method == "POST" and state == links.LinkState.OPEN:
        # Where somebody was faster, the page says what stands now.
        with suppress(freshness.CannotConfirm):
            freshness.confirm(question.record, actor=None, confirmation=question)
        return redirect(request.path)
    context = {
        "state": state.value,
        "question": question,
        "record": question.record,
        "name": links.shown_name(question.record),
        "link_until": links.answers_until(question),
    }
    return render(
        request, "registrations/still_here.html", context, status=410 if state in GONE else 200
    )


@require_POST
@unless_closed
def confirm_entry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """«Nothing has changed», said by somebody signed in."""
    record = open_record(request, public_id)
    try:
        freshness.confirm_unchanged(record, actor=request.user)
    except freshness.Moving:
        messages.warning(request, _("Nothing is confirmed: the entry moves to another mission."))
    except freshness.CannotConfirm:
        messages.warning(request, _("The entry is closed: there is nothing to confirm."))
    else:
        messages.success(request, _("Thank you: your entry is confirmed."))
    return redirect("registrations:entry", record.public_id)
