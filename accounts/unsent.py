"""A form that was sent but could not be taken: what was typed comes back, to be sent once more.

Two things stop a form on its way: the session has ended, or the page carries the token of an
earlier session. What was typed is then put into hidden boxes of a page that asks to press Continue
again, and is stored nowhere, neither here nor in the browser.

Only what was verifiably sent by a page of the portal is put back. Otherwise another site could have
a person send with one press what that site typed, which is what the token is there to prevent.
"""

from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from accounts.forms import SWITCH

# Neither passwords nor codes go back into a page: the sign-in has no namespace, nobody sets a
# password on the library's page of the officers' side, and "code" is what every other form calls
# what comes from a mailbox or from the person's own paper.
NAMESPACES_WITHOUT = ("",)
PAGES_WITHOUT = ("login", "password_change")
NOT_PUT_BACK = {"csrfmiddlewaretoken", SWITCH, "code"}
MOST_FIELDS = 200
MOST_LETTERS = 100_000


@never_cache
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """In place of Django's page about a failed CSRF check (CSRF_FAILURE_VIEW)."""
    context = {"without_cookies": reason == REASON_NO_CSRF_COOKIE, **_once_more(request)}
    return render(request, "unsent/expired.html", context, status=403)


@never_cache
def signed_out(request: HttpRequest, *, sign_in: str) -> HttpResponse:
    """In place of the redirect to ``sign_in``, which would lose what was typed."""
    back = _page_of_the_form(request)
    context = _once_more(request)
    if not context["typed"]:
        return redirect_to_login(back, sign_in)
    context["for_officers"] = sign_in == reverse("account_login")
    context["sign_in"] = f"{sign_in}?{urlencode({'next': back})}"
    return render(request, "unsent/signed_out.html", context, status=403)


def _once_more(request: HttpRequest) -> dict[str, object]:
    return {
        "typed": _typed(request) if _came_from_here(request) else [],
        "had_files": bool(request.FILES),
        "back": _page_of_the_form(request),
    }


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values as they were sent; nothing of the sign-in, nothing beyond a page's size."""
    match = _page_asked_for(request)
    if match is None or match.namespace in NAMESPACES_WITHOUT or match.url_name in PAGES_WITHOUT:
        return []
    typed = [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in NOT_PUT_BACK
        for value in values
    ]
    if len(typed) > MOST_FIELDS or sum(len(value) for _name, value in typed) > MOST_LETTERS:
        return []
    return typed


def _page_asked_for(request: HttpRequest) -> ResolverMatch | None:
    """The officers' door stands before the page is looked up."""
    try:
        return request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return None


def _came_from_here(request: HttpRequest) -> bool:
    """By what the browser says of the sender and another site's page cannot change."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()


def _page_of_the_form(request: HttpRequest) -> str:
    """The address that shows the form again; what took it may have no page of its own. A path like
    //name would lead to another host."""
    referer = urlsplit(request.headers.get("Referer", ""))
    back = f"{referer.path}?{referer.query}" if referer.query else referer.path
    is_ours = referer.netloc == request.get_host()
    if is_ours and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return request.get_full_path()
