"""The pages on which an account gets a new email address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.address_fields import AccountAddressField, AddressField
from accounts.forms import PageForm
from accounts.models import AddressChange, SecondWay, User

WRONG_NEW = _("Enter your new address, like name@example.com")


class NewAddressForm(PageForm):
    """For whoever is signed in."""

    heading = _("What is your new email address?")
    hint = _("We send a code to it. Then you show in one more way that the account is yours.")
    new = AddressField(label=heading, wrong=WRONG_NEW)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        if new == self.user.email:
            raise forms.ValidationError(_("This is already your address: enter a new one"), "same")
        return new


class LostMailboxForm(PageForm):
    """For whoever cannot sign in. Nothing here depends on whether there is such an account."""

    heading = _("I can no longer read this mailbox")
    hint = _("You get a new address for your account without the old mailbox.")
    old = AccountAddressField(
        label=_("The address of your account until now"),
        help_text=_("We send no code to it."),
        wrong=_("Enter the address of your account until now, like name@example.com"),
    )
    new = AddressField(
        label=_("Your new address"), help_text=_("We send a code to it."), wrong=WRONG_NEW
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("new") and said.get("new") == said.get("old"):
            error = forms.ValidationError(_("Enter an address other than the old one"), "same")
            self.add_error("new", error)
        return said


class MailboxCodeForm(PageForm):
    """Six digits from a mailbox."""

    heading = _("Enter the 6-digit code")
    code = forms.CharField(
        label=heading,
        max_length=20,
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Enter the 6 digits from our email")
        ),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "q-input--code",
            }
        ),
    )
    wrong_code = _("Enter the 6 digits from our email")

    def __init__(self, *args: Any, mailbox: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = _("We have sent it to %(mailbox)s. It is valid for 30 minutes.")
        self.hint = sent % {"mailbox": mailbox}


class RecoveryCodeForm(PageForm):
    heading = _("Enter one of your recovery codes")
    hint = _("The codes are on the page that you printed or saved. Each works once.")
    code = forms.CharField(
        label=heading,
        max_length=40,
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Enter a recovery code, like ABCD-EF23-GH45")
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    wrong_code = _("This is not one of the codes that still work: check it or use another one")


class KeptCodeForm(RecoveryCodeForm):
    """Before new codes are made."""

    heading = _("Enter one of the codes that you have now")
    hint = _("They stop working when you get new ones. So only who has them can replace them.")
    submit_label = _("Show the codes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = self.heading


class SecondWayForm(PageForm):
    """A code to the old address is offered only to whoever asked while signed in."""

    heading = _("How do you show that the account is yours?")
    way = forms.ChoiceField(
        label=heading,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Select how you show that the account is yours")
        ),
    )
    WORDS = {
        SecondWay.OLD_ADDRESS: _("With a code sent to my old address: I can still read it"),
        SecondWay.RECOVERY_CODE: _("With a recovery code that I made earlier"),
        SecondWay.OFFICER: _("With my document: an officer of the mission looks at it"),
    }

    def __init__(self, *args: Any, change: AddressChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [
            (way, words)
            for way, words in self.WORDS.items()
            if change.asked_signed_in or way != SecondWay.OLD_ADDRESS
        ]
