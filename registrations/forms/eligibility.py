"""Before the sign-in: three questions that only decide where to go next. Nothing is kept."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registrations import law
from registrations.enums import Capacity
from registrations.forms.base import PageForm


class CitizenshipForm(PageForm):
    heading = _("Are you a citizen of Kazakhstan?")
    citizen = forms.ChoiceField(
        label=heading,
        choices=[
            ("yes", pgettext_lazy("answer", "Yes")),
            ("no", pgettext_lazy("answer", "No")),
            ("unsure", _("I am not sure")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether you are a citizen of Kazakhstan")},
    )


class WhereaboutsForm(PageForm):
    heading = _("Where are you now?")
    whereabouts = forms.ChoiceField(
        label=heading,
        choices=[
            ("abroad", _("Outside Kazakhstan")),
            (
                "leaving",
                format_lazy(
                    _("In Kazakhstan, and I leave within {days} days"),
                    days=law.LEAVING_WITHIN_DAYS,
                ),
            ),
            ("home", _("In Kazakhstan")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select where you are now")},
    )


class CapacityForm(PageForm):
    heading = _("Who are you registering?")
    capacity = forms.ChoiceField(
        label=heading,
        choices=Capacity,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select who you are registering")},
    )
