"""What a registered person asks of the mission: a certificate, to leave, help."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from registrations.enums import REASON_OF_ANOTHER, HelpTopic, LeavingReason
from registrations.forms.base import PersonPage
from registrations.forms.fields import PhoneField


class CertificateRequestForm(PageForm):
    heading = _("Ask for a certificate of registration")
    hint = _("It is issued in Kazakh and Russian.")
    submit_label = _("Send to the mission")
    purpose = forms.CharField(
        label=_("What do you need it for?"),
        help_text=_("For example, for a university or a bank."),
        max_length=300,
        error_messages={"required": _("Write what you need the certificate for")},
    )
    addressee = forms.CharField(
        label=_("Who is it for? (if you know)"), max_length=300, required=False
    )
    with_english = forms.BooleanField(label=_("Add English"), required=False)


class DepartureForm(PersonPage):
    heading = _("Leave the register")
    submit_label = _("Leave the register")
    reason = forms.ChoiceField(
        label=_("Why do you leave the register?"),
        choices=LeavingReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the reason for leaving the register")},
    )
    text = forms.CharField(
        label=_("In your own words (if you wish)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    for_another = {"reason": _("Why does the person leave the register?")}

    def __init__(self, *args: Any, of_another: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_another:
            self._speak_of_another()
            self.fields["reason"].choices = list(REASON_OF_ANOTHER.items())


class HelpForm(PageForm):
    heading = _("Ask the mission for help")
    submit_label = _("Send to the mission")
    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=HelpTopic,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what it is about")},
    )
    text = forms.CharField(
        label=_("What happened?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what happened")},
    )
    place = forms.CharField(label=_("Where are you now?"), max_length=200, required=False)
    phone = PhoneField(
        label=_("On which phone can we reach you now?"),
        help_text=_("If it is not the one in your entry."),
        required=False,
    )
    is_urgent = forms.BooleanField(label=_("Somebody is in danger now"), required=False)

    def refuse_closed(self) -> None:
        """What was written stays on the page: nobody has read it."""
        message = _(
            "Nobody has received this: the entry is closed. Call the mission or write to it; what "
            "you wrote is below."
        )
        self.add_error(None, forms.ValidationError(message, code="closed"))

    def refuse_more(self, most: int) -> None:
        """What was written stays on the page, beside the phone of the mission."""
        message = _(
            "Your mission has %(most)s requests of yours that it has not answered yet. Wait for "
            "its answer; if somebody is in danger now, call."
        )
        error = forms.ValidationError(message, code="too_many", params={"most": most})
        self.add_error(None, error)
