"""Shut an account at once: one that was stolen, or whose holder must not come in any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import audit, sessions
from accounts.models import User


class Command(BaseCommand):
    help = "End every session of an account and let nobody sign in to it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--again", action="store_true", help="let its holder sign in again")

    @transaction.atomic
    def handle(self, *args: Any, email: str, again: bool = False, **options: Any) -> None:
        named = User.objects.filter(email=email.strip().lower())
        account = named.select_for_update(no_key=True).first()
        if account is None:
            raise CommandError(f"There is no account {email}.")
        account.is_active = again
        account.save(update_fields=["is_active"])
        done = "account.unblocked" if again else "account.blocked"
        audit.record(actor=None, action=done, target=account)
        if not again:
            sessions.end_all(account, actor=None)
        self.stdout.write(f"{account.email} {'may sign in again' if again else 'is shut out'}.")
