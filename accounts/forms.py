"""The base of every public page's form, and the forms of the sign-in."""

import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from allauth.account.forms import ConfirmLoginCodeForm as AllauthConfirmLoginCodeForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import RequestLoginCodeForm as AllauthRequestLoginCodeForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import passwords
from accounts.address_fields import AccountAddressField, AddressField
from accounts.models import User

# Joiners that some scripts need inside words; every other invisible sign is refused.
ALLOWED_INVISIBLE = frozenset("\u200c\u200d")
# The button of the language switch, and the form it belongs to (templates/_languages.html).
SWITCH = "switch"
PAGE_FORM = "page-form"
# The sentence under the heading of a page.
HINT_ID = "page-hint"


def refused_signs(text: str) -> bool:
    """Control, direction-changing and invisible signs: they hide what a person really wrote."""
    return any(
        unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"} and sign not in ALLOWED_INVISIBLE
        for sign in text
        if sign not in "\r\n\t"
    )


@dataclass(frozen=True)
class Heading:
    """What stands over a field. ``is_label``: the field has no other label."""

    text: str | Promise
    hint: str | Promise = ""
    hint_id: str = HINT_ID
    level: int = 1
    is_label: bool = True


class PageField(BoundField):
    """A control; the first under a heading is described by the hint there too."""

    @property
    def aria_describedby(self) -> str | None:
        own = super().aria_describedby
        hint = self.form.hint_over(self.name) if self.auto_id and not self.is_hidden else ""
        return " ".join(filter(None, [hint, own])) if hint else own


class PageForm(forms.Form):
    """One page, one topic: ``heading`` is the h1, ``hint`` the sentence under it.

    Where the page asks a single question, the field's label is the heading itself and the
    template pack prints it as the h1. The helper makes ``{% crispy form %}`` the whole form.
    """

    heading: ClassVar[str | Promise]
    hint: ClassVar[str | Promise] = ""
    submit_label: ClassVar[str | Promise] = _("Continue")
    use_required_attribute = False
    bound_field_class = PageField

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = True
        helper.form_id = PAGE_FORM
        helper.attrs = {"novalidate": "novalidate"}
        for button in self.buttons():
            helper.add_input(button)
        return helper

    def buttons(self) -> list[Submit]:
        """The first one is what the Enter key presses."""
        return [Submit("continue", self.submit_label)]

    @property
    def keeps_typed(self) -> bool:
        """The language switch sends the form along: it is on the page and has something to type."""
        return bool(self.fields)

    @property
    def is_switched(self) -> bool:
        """Sent by the language switch: to be shown as typed, in the other language, and no more."""
        return self.is_bound and SWITCH in self.data

    def is_valid(self) -> bool:
        return not self.is_switched and super().is_valid()

    def full_clean(self) -> None:
        if self.is_switched:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def heading_field(self) -> str:
        """The name of the field whose label is the heading; empty where none is."""
        return next(
            (name for name, field in self.fields.items() if field.label is self.heading), ""
        )

    def heading_over(self, name: str) -> Heading | None:
        """The heading that stands over this field on the page; None where none does."""
        return Heading(self.heading, self.hint) if name == self.heading_field() else None

    def hint_over(self, name: str) -> str:
        """The id of the hint that stands over the field; empty where none does."""
        first = self.heading_field() or next(iter(self.fields), "")
        return HINT_ID if self.hint and name == first else ""

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if not isinstance(value, str):
                continue
            if refused_signs(value):
                message = _("Type the text again: it holds signs that cannot be seen")
                self.add_error(name, forms.ValidationError(message, code="characters"))
            else:
                self.cleaned_data[name] = unicodedata.normalize("NFC", value)


class RequestCodeForm(PageForm, AllauthRequestLoginCodeForm):
    """One page for new and known people, so that it tells nobody who has an account.

    An address nobody used before gets an account that stays empty until its first sign-in.
    """

    heading = _("What is your email address?")
    hint = _("We save your answers and send the decision to it. You need no password.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AccountAddressField(label=self.heading)

    def clean_email(self) -> str:
        try:
            return super().clean_email()
        except forms.ValidationError as error:
            message = _(
                "Too many codes were asked for. Wait five minutes, then ask again. "
                "If that does not help, ask again tomorrow"
            )
            raise forms.ValidationError(message, code="too_many") from error

    def open_account(self) -> None:
        """An address that nobody has gets its account once the form is valid, and not before:
        whoever asks too often opens none."""
        language = (get_language() or "kk")[:2]
        account = User.objects.known_or_opened(self.cleaned_data["email"], language=language)
        self._user = account if account.is_active else None


class ConfirmCodeForm(PageForm, AllauthConfirmLoginCodeForm):
    heading = _("Enter the 6-digit code")
    hint = _("It is in our email and is valid for 30 minutes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=self.heading,
            max_length=20,
            error_messages={"required": _("Enter the 6 digits from our email")},
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "one-time-code",
                    "inputmode": "numeric",
                    "class": "q-input--code",
                }
            ),
        )

    def clean_code(self) -> str:
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        try:
            return super().clean_code()
        except forms.ValidationError as error:
            message = _("The code is not right. Enter the 6 digits from our newest email")
            raise forms.ValidationError(message, code="incorrect_code") from error


class StaffSignInForm(PageForm, AllauthLoginForm):
    """Officers: password first, second factor after it."""

    heading = _("Officer's sign-in")
    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"] = AccountAddressField(label=_("Email address"))
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class AddKeyForm(AddWebAuthnForm):
    """A security key gets a name; the library leaves the label of it in English."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


class RenameKeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


class PasswordForgottenForm(PageForm):
    heading = _("Have you forgotten your password?")
    hint = _("We send a link to set a new one. It works once, within 24 hours.")
    submit_label = _("Send the link")
    email = AccountAddressField(label=_("Email address"), autocomplete="username")


class NewPasswordForm(PageForm):
    """The officer's own password, typed twice since nobody sees it."""

    heading = _("Set your password")
    hint = _("At least 12 characters. A few words that only you put together are easy to keep.")
    submit_label = _("Set the password")
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        error_messages={"required": _("Enter a new password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        max_length=200,
        error_messages={"required": _("Enter the new password once more")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, officer: User, **kwargs: Any) -> None:
        self.officer = officer
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.officer)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        typed = cleaned.get("password"), cleaned.get("again")
        if all(typed) and typed[0] != typed[1]:
            message = _("The two passwords differ: type them again")
            self.add_error("again", forms.ValidationError(message, code="differ"))
        return cleaned


class InvitationForm(forms.ModelForm):
    """The ministry's page for a new officer. Saving sends the invitation (accounts/admin.py)."""

    class Meta:
        model = User
        fields = ("email", "full_name", "language")
        field_classes: ClassVar = {"email": AddressField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "The officer's own work address, not a shared one. A link to set a password goes there."
        )
        self.fields["full_name"].required = True

    def validate_unique(self) -> None:
        """The service says who may be invited: an account nobody used yet is no obstacle."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "email" in cleaned and not passwords.may_be_invited(cleaned["email"]):
            message = _(
                "Somebody signs in with this address already. Post the officer who has it, "
                "or invite by another address."
            )
            self.add_error("email", forms.ValidationError(message, code="taken"))
        return cleaned
