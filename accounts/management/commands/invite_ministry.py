"""How the first ministry account comes to be, and every later one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError

from accounts import audit, passwords
from accounts.addresses import one_spelling
from accounts.models import LANGUAGES, User
from accounts.roles import MINISTRY, grant


class Command(BaseCommand):
    help = "Give a person the ministry's role; a new account gets a message to set its password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="as colleagues read it in the log")
        parser.add_argument("--language", choices=[code for code, _name in LANGUAGES], default="ru")

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, language: str, **options: Any) -> None:
        try:
            email = one_spelling(email)
            validate_email(email)
        except (ValueError, ValidationError) as error:
            raise CommandError(f"{email} is not an email address.") from error
        account = User.objects.filter(email=email, is_staff=True, is_active=True).first()
        if account is None:
            account = self._invited(passwords.Invitation(email, name, language))
        grant(account, MINISTRY)
        audit.record(actor=None, action="ministry.granted", target=account)
        self.stdout.write(f"{email} has the ministry's role.")

    def _invited(self, invitation: passwords.Invitation) -> User:
        try:
            account = passwords.invite(invitation, actor=None)
        except passwords.AddressTaken as error:
            raise CommandError(
                f"A citizen signs in with {invitation.email}. Take a work address."
            ) from error
        self.stdout.write("The worker sends a link to set a password; it works for 24 hours.")
        return account
