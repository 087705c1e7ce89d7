"""How an email address is written: one mailbox has many spellings, and accounts keep one.

Limits are counted, people looked up and mailboxes compared by it.
"""

import re

# What may stand before the @ without quotes (RFC 5321, 4.1.2).
_BARE = re.compile(r"[-a-z0-9!#$%&'*+/=?^_`{|}~]+(\.[-a-z0-9!#$%&'*+/=?^_`{|}~]+)*")


def one_spelling(address: str) -> str:
    """The address in lower case, without quotes that say nothing, its domain as mail is sent to it.

    Full-width and circled letters, "xn--" and other dots are the same domain. Raises ValueError
    where mail cannot be sent there, or the address names a machine by its number.
    """
    local, at, domain = address.strip().rpartition("@")
    local = _bare(local.lower())
    is_domain = domain.isprintable() and not domain.startswith("[")
    if not at or not is_domain or not _BARE.fullmatch(local):
        raise ValueError("no address that mail is sent to")
    return f"{local}@{_sent_to(domain)}"


def _bare(local: str) -> str:
    """Without the quotes, which are there for signs that no mailbox of a person has."""
    if len(local) > 1 and local.startswith('"') and local.endswith('"'):
        return re.sub(r"\\(.)", r"\1", local[1:-1])
    return local


def _sent_to(domain: str) -> str:
    """The domain as people read it: "қаз", not "xn--80ao21a"."""
    sent = domain.encode("idna").decode("ascii").lower()
    try:
        return sent.encode("ascii").decode("idna")
    except UnicodeError:  # a letter that Python writes in another way than the domain's owner
        return sent


def same_mailbox(one: str, other: str) -> bool:
    """Addresses that accounts keep from earlier may be in any spelling."""
    return _or_as_it_is(one) == _or_as_it_is(other)


def _or_as_it_is(address: str) -> str:
    try:
        return one_spelling(address)
    except ValueError:
        return address.lower()
