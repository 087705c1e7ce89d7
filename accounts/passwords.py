"""How an officer comes to a password: by a link in a message, which works once and for a day.

Citizens have no password. The link opens nothing by itself: the second factor is still asked for.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts import audit, outbox
from accounts.encryption import DecryptionError, decrypt_text, encrypt_text
from accounts.models import User

LINK = "accounts.password_link"


class AddressTaken(Exception):
    """Somebody signs in with the address already: an officer, or a citizen with it as his own."""


class LinkUsed(Exception):
    """The link was used, has run out, or was never ours."""


@dataclass(frozen=True)
class Invitation:
    """Whom the ministry invites; the account's language is the one of the message too."""

    email: str
    full_name: str
    language: str


def may_be_invited(email: str) -> bool:
    """No account has the address, or one that was opened by typing it and never signed in with."""
    account = User.objects.filter(email=email.lower()).first()
    return account is None or _is_unused(account)


def _is_unused(account: User) -> bool:
    return account.is_active and not account.is_staff and account.last_login is None


@transaction.atomic
def invite(invitation: Invitation, *, actor: User | None) -> User:
    """Open an officer's account without a usable password and send the link to set one.

    Raises AddressTaken.
    """
    email = invitation.email.strip().lower()
    held = User.objects.select_for_update(no_key=True).filter(email=email).first()
    account = held or User(email=email)
    if not _is_unused(account):
        raise AddressTaken(email)
    account.full_name, account.language = invitation.full_name, invitation.language
    account.is_staff = True
    account.set_unusable_password()
    account.save()
    audit.record(actor=actor, action="account.invited", target=account)
    _send(account.email, "officer_invited", account.language, account)
    return account


def send_link(email: str, *, language: str) -> None:
    """Answer "I have forgotten my password" by a message, whoever asks.

    An address without an officer's account gets a message too, which says so: what the page and
    the clock show is the same either way.
    """
    officer = User.objects.filter(email=email.lower(), is_staff=True, is_active=True).first()
    if officer is None:
        _send(email.lower(), "no_officer_account", language)
    else:
        _send(officer.email, "password_link", officer.language, officer)


def owner_of(link: str) -> User:
    """The officer who may set a password with the link. Raises LinkUsed."""
    try:
        number, token = decrypt_text(link, aad=LINK).split(":", 1)
        officer = User.objects.get(pk=number, is_staff=True, is_active=True)
    except (DecryptionError, User.DoesNotExist) as error:
        raise LinkUsed from error
    if not default_token_generator.check_token(officer, token):
        raise LinkUsed
    return officer


@transaction.atomic
def set_password(link: str, password: str) -> User:
    """Set the password; every session of the account and the link itself end. Raises LinkUsed."""
    officer = User.objects.select_for_update(no_key=True).get(pk=owner_of(link).pk)
    owner_of(link)
    officer.set_password(password)
    officer.save(update_fields=["password"])
    audit.record(actor=officer, action="password.set", target=officer)
    _send(officer.email, "password_set", officer.language, officer)
    return officer


def _send(to: str, kind: str, language: str, officer: User | None = None) -> None:
    with override(language):
        pages = {
            "link": _address("password-set", _link_of(officer)) if officer else "",
            "forgotten": _address("password-forgotten"),
            "citizens": _address("account_request_login_code"),
        }
    outbox.queue(to=to, user=officer, language=language, kind=kind, template=kind, context=pages)


def _link_of(officer: User) -> str:
    return encrypt_text(f"{officer.pk}:{default_token_generator.make_token(officer)}", aad=LINK)


def _address(name: str, *parts: str) -> str:
    return f"{settings.PORTAL_ORIGIN}{reverse(name, args=parts)}"
