"""The base of the application's pages: what they show at first and what they write."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from crispy_forms.layout import Submit
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.forms import PageForm
from registrations.enums import Capacity
from registrations.forms.fields import DayMonthYearField, latest_today
from registrations.models import Application

# Codes of errors that only say that something is still missing.
MISSING = {"required"}


def _is_filled(data: Any) -> bool:
    return any(part.strip() for part in ([data] if isinstance(data, str) else data or []))


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


class PersonPage(PageForm):
    """A page about the person registered, whoever fills it in.

    ``for_another`` holds the heading, the hint and the labels, by field, without "you": for the
    pages of a child or a represented person, which somebody else fills in.
    """

    for_another: ClassVar[dict[str, str | Promise]] = {}

    def _typed_anew(self, *names: str) -> bool:
        """Something stands in these boxes that was not there when the page was shown."""
        return any(name in self.changed_data and _is_filled(self[name].data) for name in names)

    def _speak_of_another(self) -> None:
        words = dict(self.for_another)
        asked = self.heading_field()
        self.heading = words.pop("heading", self.heading)
        self.hint = words.pop("hint", self.hint)
        if asked:
            self.fields[asked].label = self.heading
        for name, label in words.items():
            self.fields[name].label = label
        for field in self.fields.values():
            # What the browser would fill in is of the person who types.
            if "autocomplete" in field.widget.attrs:
                field.widget.attrs["autocomplete"] = "off"


class ApplicationPage(PersonPage):
    """One page of the application form.

    ``load`` gives what the page shows before anything is typed; ``write`` sets what was answered
    on the rows (services.drafts.save_page calls it under a lock and saves the application).
    """

    another_label: ClassVar[str | Promise] = ""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs.setdefault("initial", self.load(application))
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, DayMonthYearField) and field.latest is latest_today:
                field.latest = self.today
        if application.capacity != Capacity.SELF:
            self._speak_of_another()

    def today(self) -> date:
        """The day it is for the person, as far as that is known."""
        return latest_today(self.application.mission)

    def buttons(self) -> list[Submit]:
        buttons = super().buttons()
        if self.another_label:
            buttons.append(Submit("another", self.another_label, css_class="secondary"))
        return [*buttons, Submit("leave", _("Save and leave"), css_class="link")]

    @property
    def is_unfinished(self) -> bool:
        """Nothing typed is wrong, only something is missing, and the rows can hold the part."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return codes <= MISSING and self.can_keep_a_part()

    def can_keep_a_part(self) -> bool:
        """Whether ``write`` may be called with only some of the answers."""
        return False

    def unfinished(self, pages: Collection[str]) -> Collection[str]:
        """Of ``pages``, which are asked on this one, those that are not answered whole."""
        return pages

    @classmethod
    def load(cls, application: Application) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def load_answers(cls, answers: Any) -> dict[str, Any]:
        """The same as ``load``, of answers as a declaration or a change request holds them."""
        asked = {name: field for name, field in cls.base_fields.items() if name in answers}
        return {
            name: _day(answers[name]) if isinstance(field, DayMonthYearField) else answers[name]
            for name, field in asked.items()
        }

    def write(self, application: Application) -> None:
        raise NotImplementedError

    def notice(self) -> str:
        """A sentence for the person after the page was saved; empty where there is none."""
        return ""


class CitizenPage(ApplicationPage):
    """A page whose fields are columns of the citizen; what is typed so far can be kept alone."""

    FIELDS: ClassVar[tuple[str, ...]]

    def can_keep_a_part(self) -> bool:
        return True

    @classmethod
    def load(cls, application: Application) -> dict[str, Any]:
        return {field: getattr(application.citizen, field) for field in cls.FIELDS}

    def write(self, application: Application) -> None:
        for field in self.FIELDS:
            if field in self.cleaned_data:
                setattr(application.citizen, field, self.cleaned_data[field])
        application.citizen.save()
