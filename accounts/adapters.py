"""Where the sign-in library meets this portal: mail by the outbox, secrets sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language

from accounts import mailboxes, outbox
from accounts.encryption import decrypt_text, encrypt_text
from accounts.models import User

SECOND_FACTOR = "accounts.second_factor"


def login_key(request: HttpRequest, login: str) -> str:
    """What wrong passwords are counted by: the login as typed, whatever the case of its letters,
    and where it is typed, so that nobody keeps the owner out from elsewhere. Many places trying one
    password are stopped by its length and by the second factor."""
    return f"{login.strip().lower()} {get_ip(request)}"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by password; a citizen's account opens with the first code."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officers come with a password, citizens by code."""
        records = get_authentication_records(request, request.user)
        if any(record["method"] == "password" for record in records):
            return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """``account/email/login_code`` is sent as ``messages/login_code`` and so on."""
        user = User.objects.filter(email=email.lower()).first()
        known = user is not None and user.last_login is not None
        language = user.language if known else (get_language() or "kk")[:2]
        kind = template_prefix.rpartition("/")[2]
        kept = {key: value for key, value in context.items() if key in {"code"}}
        outbox.queue(to=email, user=user, language=language, kind=kind, template=kind, context=kept)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The library puts the Host header before it, and whoever guesses chooses that."""
        return login_key(request, credentials.get("email") or credentials.get("username") or "")

    def pre_login(
        self, request: HttpRequest, user: User, *, email: str | None, **kwargs: Any
    ) -> HttpResponse | None:
        """A code sent to an address that the account has left since opens nothing."""
        if email and email.lower() != user.email:
            clear_login(request)
            return redirect("account_request_login_code")
        return super().pre_login(request, user, email=email, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Whoever signs in by code reads the mail sent there. A sign-in voids the links to set a
        password that were sent before: as many can be sent anew."""
        records = get_authentication_records(request, user)
        if any(record["method"] == "code" for record in records):
            mailboxes.note_opened(user)
        ratelimit.clear(request, action="password_link_sent", key=user.email)
        return super().post_login(request, user, **kwargs)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only what the person must know: the pages say the rest themselves."""
        if level >= 30:
            super().add_message(request, level, *args, **kwargs)


class MfaAdapter(DefaultMFAAdapter):
    """Seeds and recovery codes are sealed like every other secret in the database."""

    def encrypt(self, text: str) -> str:
        return encrypt_text(text, aad=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt_text(encrypted_text, aad=SECOND_FACTOR)
