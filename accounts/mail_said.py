"""Mail of the demonstration: one line a message on the console; its words stand in the outbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

# A terminal as it opens.
COLUMNS = 80


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            line = f"Message to {', '.join(message.to)}: {message.subject}"
            said = line if len(line) < COLUMNS else line[: COLUMNS - 2] + "…"
            print(said, flush=True)
        return len(email_messages)
