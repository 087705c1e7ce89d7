"""A mail server that refuses, as Django's backend interface would meet it."""

from django.core.mail.backends.base import BaseEmailBackend


class Refusing(BaseEmailBackend):
    """Raises ``error`` for each message."""

    error: Exception

    def send_messages(self, messages):
        raise self.error


def refuse_with(settings, error):
    Refusing.error = error
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
