"""The box into which an email address is typed."""

import unicodedata
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.addresses import one_spelling
from accounts.models import User

LONGEST_ADDRESS = 254
WRONG = _("Enter an email address in the correct format, like name@example.com")


class AddressField(forms.EmailField):
    """An email address in the one spelling that accounts keep; ``wrong`` is all that is said."""

    def __init__(
        self, *, wrong: str | Promise = WRONG, autocomplete: str = "email", **kwargs: Any
    ) -> None:
        kwargs["max_length"] = LONGEST_ADDRESS
        typed_in = forms.EmailInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
        kwargs.setdefault("widget", typed_in)
        said = dict.fromkeys(("required", "invalid", "max_length"), wrong)
        super().__init__(error_messages=said, **kwargs)

    def to_python(self, value: Any) -> str:
        typed: str = super().to_python(value)
        if not typed:
            return typed
        try:
            return one_spelling(typed)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from error


class AccountAddressField(AddressField):
    """The address of an account that is there already. Some were opened in another spelling, before
    there was but one, and are found by it alone. What nobody ever used is no such account."""

    def to_python(self, value: Any) -> str:
        typed = unicodedata.normalize("NFC", str(value or "").strip().lower())
        try:
            address = super().to_python(value)
        except forms.ValidationError:
            if _is_kept(typed):
                return typed
            raise
        return typed if typed != address and _is_kept(typed) else address


def _is_kept(spelling: str) -> bool:
    used = Q(last_login__isnull=False) | Q(is_staff=True)
    return "\0" not in spelling and User.objects.filter(used, email=spelling).exists()
