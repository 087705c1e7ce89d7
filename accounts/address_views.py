"""A new email address: signed in, or from the sign-in page by whoever lost the mailbox.

A change asked for while signed in is open to the account, any other to the browser that asked for
it; to everybody else it does not exist. Pages about an account and about none are the same.
"""

from collections.abc import Callable
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import address_change as steps
from accounts.address_codes import ChangeRefused, TooManyAttempts, WrongCode
from accounts.address_forms import (
    LostMailboxForm,
    MailboxCodeForm,
    NewAddressForm,
    RecoveryCodeForm,
    SecondWayForm,
)
from accounts.address_handover import AddressTaken
from accounts.forms import PageForm
from accounts.models import AddressChange, SecondWay, User

ASKED_HERE = "address_changes"
Act = Callable[[AddressChange, str], AddressChange]


def _language() -> str:
    return (get_language() or "kk")[:2]


def _posted(request: HttpRequest, form: PageForm) -> bool:
    return request.method == "POST" and form.is_valid()


def _within_limit(request: HttpRequest, form: PageForm, action: str, key: str = "") -> bool:
    """Consumes one attempt; False and an error on the form where there are too many."""
    if ratelimit.consume(request, action=action, key=key or None):
        return True
    form.add_error(None, ValidationError(_("Too many attempts. Try again later."), "limit"))
    return False


def _change(request: HttpRequest, public_id: UUID) -> AddressChange:
    own = Q(asked_signed_in=False, public_id__in=request.session.get(ASKED_HERE, []))
    if request.user.is_authenticated:
        own |= Q(asked_signed_in=True, user=request.user)
    changes = AddressChange.objects.select_related("user").filter(own)
    return get_object_or_404(changes, public_id=public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Signed in: the first page. The ministry changes the addresses of officers."""
    if request.user.is_staff:
        raise PermissionDenied
    form = NewAddressForm(request.POST if request.method == "POST" else None, user=request.user)
    if _posted(request, form):
        old, address = request.user.email, form.cleaned_data["new"]
        if _within_limit(request, form, "address_change", address):
            change = steps.ask(old=old, new=address, language=_language(), signed_in=request.user)
            return redirect("address:code", change.public_id)
    return render(request, "address/new.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """From the sign-in page: the old mailbox is out of reach."""
    if request.user.is_authenticated:
        return redirect("security:address")
    form = LostMailboxForm(request.POST if request.method == "POST" else None)
    if _posted(request, form):
        said = form.cleaned_data
        if _within_limit(request, form, "address_change", said["new"]):
            change = steps.ask(old=said["old"], new=said["new"], language=_language())
            earlier = request.session.get(ASKED_HERE, [])[-9:]
            request.session[ASKED_HERE] = [*earlier, str(change.public_id)]
            return redirect("address:code", change.public_id)
    return render(request, "address/lost.html", {"form": form})


def _take_code(
    request: HttpRequest,
    change: AddressChange,
    form: PageForm,
    act: Act,
) -> HttpResponse | None:
    """Try the code of the form; None where the page is to be shown (again)."""
    if not _posted(request, form) or not _within_limit(request, form, "address_code"):
        return None
    try:
        changed = act(change, form.cleaned_data["code"])
    except WrongCode:
        form.add_error("code", ValidationError(form.wrong_code, "incorrect_code"))
    except TooManyAttempts:
        words = _("Too many wrong codes: start again, or ask the mission")
        form.add_error(None, ValidationError(words, "attempts"))
    except AddressTaken:
        return render(request, "address/taken.html", {"change": change}, status=409)
    except ChangeRefused:
        return redirect("address:state", change.public_id)
    else:
        _keep_session(request, changed)
        return redirect("address:state", change.public_id)
    return None


def _keep_session(request: HttpRequest, change: AddressChange) -> None:
    """All sessions of the account have ended; the one that made the change goes on."""
    if change.done_at and request.user == change.user:
        update_session_auth_hash(request, User.objects.get(pk=request.user.pk))


def _do(change: AddressChange, act: Callable[[], object], then: str) -> HttpResponse:
    try:
        act()
    except ChangeRefused:
        then = "state"
    return redirect(f"address:{then}", change.public_id)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The code sent to the new address; ``action=resend`` sends another one."""
    change = _change(request, public_id)
    if _shown(change) != "code":
        return redirect("address:state", public_id)
    if request.POST.get("action") == "resend":
        return _resend(request, change)
    form = MailboxCodeForm(
        request.POST if request.method == "POST" else None, mailbox=change.new_email
    )
    answer = _take_code(request, change, form, steps.confirm_new)
    context = {"form": form, "change": change, "can_resend": True}
    return answer or render(request, "address/code.html", context)


def _resend(request: HttpRequest, change: AddressChange) -> HttpResponse:
    """Another code, and that it is on its way; or why none is."""
    if not ratelimit.consume(request, action="address_change", key=change.new_email):
        said = _(
            "No new code was sent: too many were asked for. Use the last one, or wait a while."
        )
        messages.warning(request, said)
        return redirect("address:code", change.public_id)
    try:
        steps.send_new_code(change, language=_language())
    except ChangeRefused:
        return redirect("address:state", change.public_id)
    messages.success(request, _("A new code is on its way. The code before it no longer works."))
    return redirect("address:code", change.public_id)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which second way; the mission's is asked for at once."""
    change = _change(request, public_id)
    if _shown(change) != "second":
        return redirect("address:state", public_id)
    form = SecondWayForm(request.POST if request.method == "POST" else None, change=change)
    if _posted(request, form):
        way = form.cleaned_data["way"]
        if way == SecondWay.RECOVERY_CODE:
            return redirect("address:recovery-code", public_id)
        if way == SecondWay.OLD_ADDRESS:
            if _within_limit(request, form, "address_change", change.old_email):
                return _do(change, lambda: steps.send_old_code(change), "old-code")
        elif _within_limit(request, form, "address_mission", change.old_email):
            return _do(change, lambda: steps.ask_mission(change), "state")
    return render(request, "address/second.html", {"form": form, "change": change})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def old_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    change = _change(request, public_id)
    if not change.asked_signed_in:
        raise Http404
    form = MailboxCodeForm(
        request.POST if request.method == "POST" else None, mailbox=change.old_email
    )
    return _second_code(request, change, form, steps.confirm_by_old_code)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def recovery_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    change = _change(request, public_id)
    form = RecoveryCodeForm(request.POST if request.method == "POST" else None)
    return _second_code(request, change, form, steps.confirm_by_recovery_code)


def _second_code(
    request: HttpRequest, change: AddressChange, form: PageForm, act: Act
) -> HttpResponse:
    if _shown(change) != "second":
        return redirect("address:state", change.public_id)
    answer = _take_code(request, change, form, act)
    return answer or render(request, "address/code.html", {"form": form, "change": change})


@login_not_required
@never_cache
@require_safe
def state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far the change is, and what comes next."""
    change = _change(request, public_id)
    shown = _shown(change)
    if shown in ("code", "second"):
        return redirect(f"address:{shown}", public_id)
    return render(request, "address/state.html", {"change": change, "state": shown})


def _shown(change: AddressChange) -> str:
    """How far the change is, as far as whoever asked may know.

    Without being signed in that is "waiting" to the end of the term, whatever the old mailbox or
    an officer did: with no account behind it nothing would happen either.
    """
    if steps.is_done(change):
        return "done"
    waits = change.second_way == SecondWay.OFFICER
    if change.stopped_at and (change.asked_signed_in or not waits):
        return "refused" if change.stopped_by_id else "stopped"
    if change.expires_at <= timezone.now():
        return "lapsed"
    if waits:
        return "waiting"
    return "code" if change.new_confirmed_at is None else "second"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the message to the old address: a page that explains, a POST that stops.

    Of an address that has changed since, the page says so whoever changed it, and stops nothing.
    """
    change = steps.change_of_link(token)
    if change is None or change.user is None:
        raise Http404
    is_live = steps.link_is_live(change)
    stopped = request.method == "POST" and is_live and steps.stop(change.user, actor=None)
    context = {
        "change": change,
        "is_open": is_live and change.user.address_changes.open().exists(),
        "is_changed": change.old_email != change.user.email,
        "stopped": stopped,
    }
    return render(request, "address/cancel.html", context)
