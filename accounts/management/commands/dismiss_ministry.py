"""Take the ministry's role back from whoever leaves."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.roles import MINISTRY, revoke


class Command(BaseCommand):
    help = "Take the ministry's role from a person; postings stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        holders = User.objects.filter(groups__name=MINISTRY.name)
        account = holders.filter(email=email.strip().lower()).first()
        if account is None:
            known = ", ".join(holders.values_list("email", flat=True)) or "nobody"
            raise CommandError(f"{email} has not the ministry's role. It is held by: {known}.")
        revoke(account, MINISTRY)
        audit.record(actor=None, action="ministry.taken", target=account)
        self.stdout.write(f"{account.email} has the ministry's role no more.")
