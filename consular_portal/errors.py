"""What a person sees in place of a page: what happened, what is kept, what to do next."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def static_page(name: str, language: str) -> bytes:
    """A page that stands in static/errors, written there by manage.py error_pages."""
    return (settings.BASE_DIR / "static" / "errors" / f"{name}.{language}.html").read_bytes()


# Read at the start: whatever breaks later, these are at hand.
SERVER_ERROR = {language: static_page("500", language) for language in LANGUAGES}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status = 413 if isinstance(exception, TOO_MUCH) else 400
    return render(request, f"{status}.html", status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``words`` of the exception say more than that there is no such page."""
    return render(request, "404.html", {"words": getattr(exception, "words", "")}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the database, the session or a template: any of them may be what broke."""
    language = get_language_from_request(request, check_path=True)
    return HttpResponse(SERVER_ERROR[language], status=500)


class NotByThisMethod:
    """An address that only takes a form was opened as a page: Django would answer nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page
