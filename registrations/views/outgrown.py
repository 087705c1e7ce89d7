"""The page of somebody who was represented as a child and acts in person now: 404, with the reason
for who acted before."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from registrations.services import representation


class NotFound(Http404):
    """``words`` say on the page why it is not here; empty where the person may not learn that."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def not_found(request: HttpRequest, **person: Any) -> NotFound:
    """What a page answers to somebody who does not act for the person so described."""
    if not representation.has_outgrown(request.user, **person):
        return NotFound("")
    return NotFound(
        _(
            "The person is 18 now and acts in person: you can no longer see or answer this page. "
            "The person signs in with an email address of their own, or writes to the mission."
        )
    )
