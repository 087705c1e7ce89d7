"""One mailbox has one spelling, and it is the one that mail is sent to."""

import pytest
from django.core.mail.message import sanitize_address

from accounts.addresses import one_spelling, same_mailbox

SPELLINGS = [
    ("Adam@Example.KZ", "adam@example.kz"),
    ("adam@ｅxample.kz", "adam@example.kz"),
    ('"a\\dam"@example.kz', "adam@example.kz"),
    ("adam@EXAMPLE.ҚАЗ", "adam@example.қаз"),
    ("adam@example.xn--80ao21a", "adam@example.қаз"),
    # Mail goes to the first of these as it does to the second; the third is another domain.
    ("adam@straße.de", "adam@strasse.de"),
    ("adam@strasse.de", "adam@strasse.de"),
    ("adam@xn--strae-oqa.de", "adam@xn--strae-oqa.de"),
    ("o'neil+kz@example.kz", "o'neil+kz@example.kz"),
]


@pytest.mark.parametrize(("typed", "spelling"), SPELLINGS)
def test_spelling_is_where_mail_is_sent(typed, spelling):
    assert one_spelling(typed) == one_spelling(spelling) == spelling
    sent = sanitize_address(typed, "utf-8").lower()
    assert sent == sanitize_address(spelling, "utf-8")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "adam",
        "@example.kz",
        "адам@example.kz",
        '"a b"@example.kz',
        "adam@[::1]",
        "adam@exam\u202eple.kz",
        "adam@exam..kz",
    ],
)
def test_what_is_no_mailbox_of_a_person_has_no_spelling(typed):
    with pytest.raises(ValueError, match=r"no address|idna"):
        one_spelling(typed)


def test_addresses_kept_from_earlier_are_compared_by_their_mailbox():
    assert same_mailbox("adam@ｅxample.kz", '"adam"@example.kz')
    assert same_mailbox("a@[::1]", "A@[::1]")
    assert not same_mailbox("adam@example.kz", "eva@example.kz")
