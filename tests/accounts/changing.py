"""Walking a change of address as a browser would."""

import re

from django.test import Client

from accounts.models import AddressChange, OutboxMessage

LOST = "/en/sign-in/address/lost/"
NEW = "/en/account/security/address/"
CODES = "/en/account/security/recovery-codes/"


def newest(kind, to=None):
    messages = OutboxMessage.objects.filter(kind=kind)
    return (messages.filter(recipient=to) if to else messages).latest("id")


def digits(message):
    return re.search(r"\b\d{6}\b", message.body_text)[0]


def wrong(code):
    return "000000" if code != "000000" else "111111"


def page(change, name=""):
    return f"/en/sign-in/address/{change.public_id}/{name + '/' if name else ''}"


def make_codes(client, one_of_them=""):
    return client.post(CODES, {"code": one_of_them}).context["codes"]


def ask_lost(old, new, client=None):
    """From the sign-in page; the browser and the change."""
    client = client or Client()
    answer = client.post(LOST, {"old": old, "new": new})
    assert answer.status_code == 302, answer.context["form"].errors
    return client, AddressChange.objects.latest("id")


def ask_signed_in(client, new):
    answer = client.post(NEW, {"new": new})
    assert answer.status_code == 302, answer.context["form"].errors
    return AddressChange.objects.latest("id")


def confirm_new(client, change):
    code = digits(newest("new_address_code", change.new_email))
    answer = client.post(page(change, "code"), {"code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 302
    change.refresh_from_db()
    return change


def waiting_for_mission(old, new="new@example.org", client=None):
    client, change = ask_lost(old, new, client)
    confirm_new(client, change)
    client.post(page(change, "second"), {"way": "officer"})
    change.refresh_from_db()
    return client, change


def error_codes(answer, field="code"):
    return [error.code for error in answer.context["form"].errors.as_data()[field]]


def put_out(client, new="thief@example.org"):
    """Whoever reads the old mailbox gives the account signed in another address."""
    change = confirm_new(client, ask_signed_in(client, new))
    client.post(page(change, "second"), {"way": "old_address"})
    client.post(page(change, "old-code"), {"code": digits(newest("old_address_code"))})
