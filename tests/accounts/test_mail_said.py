"""The demonstration's mail: a line a message, whatever is in it."""

import pytest
from django.core.mail import EmailMultiAlternatives


@pytest.fixture(autouse=True)
def said_only(settings):
    settings.EMAIL_BACKEND = "accounts.mail_said.EmailBackend"


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("Сіз есепке қойылдыңыз", "Message to citizen@demo.example: Сіз есепке қойылдыңыз"),
        ("x" * 80, f"Message to citizen@demo.example: {'x' * 45}…"),
    ],
)
def test_message_is_one_line_of_a_terminal(capsys, subject, line):
    message = EmailMultiAlternatives(subject, "Words\nof two lines", to=["citizen@demo.example"])
    message.attach_alternative("<p>Words</p>", "text/html")
    assert message.send() == 1
    assert capsys.readouterr().out == f"{line}\n"
    assert len(line) < 80
