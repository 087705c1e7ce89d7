"""The person's names: in both scripts, and those used before."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registrations import names
from registrations.forms.base import ApplicationPage, CitizenPage
from registrations.forms.fields import CyrillicNameField, LatinNameField
from registrations.models import Application, PreviousName


class NamePage(CitizenPage):
    heading = _("What is your name in Kazakh or Russian letters?")
    hint = _("Write it exactly as in the identity card.")
    family_name = CyrillicNameField(
        label=_("Family name"), required=False, autocomplete="family-name"
    )
    given_names = CyrillicNameField(
        label=_("Given names"), required=False, autocomplete="given-name"
    )
    patronymic = CyrillicNameField(
        label=_("Patronymic (if you have one)"), required=False, autocomplete="additional-name"
    )

    FIELDS = ("family_name", "given_names", "patronymic")
    for_another = {
        "heading": _("Name in Kazakh or Russian letters"),
        "hint": _("Write it exactly as in the document."),
        "patronymic": _("Patronymic (if there is one)"),
    }

    def clean(self) -> dict:
        cleaned = super().clean()
        typed = {"family_name", "given_names"} & set(self.errors)
        if not typed and not (cleaned.get("family_name") or cleaned.get("given_names")):
            self.add_error(
                "family_name",
                forms.ValidationError(
                    _("Enter the family name or the given names"), code="required"
                ),
            )
        return cleaned


class LatinNamePage(CitizenPage):
    heading = _("What is your name in Latin letters?")
    hint = _("Write it as in the passport, in the line under the photo.")
    family_name_latin = LatinNameField(
        label=_("Family name"), required=False, autocomplete="family-name"
    )
    given_names_latin = LatinNameField(
        label=_("Given names"), required=False, autocomplete="given-name"
    )

    FIELDS = ("family_name_latin", "given_names_latin")
    for_another = {"heading": _("Name in Latin letters")}

    @property
    def suggestion(self) -> str:
        """How the name may stand in the passport: shown, never filled in."""
        citizen = self.application.citizen
        return names.suggest_latin(f"{citizen.family_name} {citizen.given_names}".strip())

    def clean(self) -> dict:
        cleaned = super().clean()
        typed = {"family_name_latin", "given_names_latin"}
        if not typed & set(self.errors) and not any(cleaned.get(field) for field in typed):
            self.add_error(
                "family_name_latin",
                forms.ValidationError(
                    _("Enter the name as in the passport, in Latin letters A to Z"),
                    code="required",
                ),
            )
        return cleaned


class OtherNamesPage(ApplicationPage):
    heading = _("Have you used other names?")
    hint = _("A maiden name, or names you had before: one on each line.")
    used = forms.ChoiceField(
        label=heading,
        choices=[
            ("no", pgettext_lazy("answer", "No")),
            ("yes", pgettext_lazy("answer", "Yes")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether other names were used")},
    )
    names = forms.CharField(
        label=_("Other names, one on each line"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    for_another = {
        "heading": _("Other names"),
        "hint": _("Names the person had before: one on each line."),
    }

    @classmethod
    def load(cls, application: Application) -> dict:
        known = list(application.citizen.previous_names.values_list("name", flat=True))
        if "other-names" not in application.answered_pages:
            return {}
        return {"used": "yes" if known else "no", "names": "\n".join(known)}

    @classmethod
    def load_answers(cls, answers: list[dict[str, str]]) -> dict:
        names = [answer["name"] for answer in answers]
        return {"used": "yes" if names else "no", "names": "\n".join(names)}

    def clean(self) -> dict:
        cleaned = super().clean()
        lines = [line.strip() for line in cleaned.get("names", "").splitlines() if line.strip()]
        if cleaned.get("used") == "yes" and not lines and "names" not in self.errors:
            self.add_error(
                "names", forms.ValidationError(_("Enter the other name"), code="required")
            )
        if cleaned.get("used") == "no" and lines:
            message = _("Select “yes”, or empty the box")
            self.add_error("used", forms.ValidationError(message, code="both"))
        if any(len(line) > 256 for line in lines):
            self.add_error(
                "names",
                forms.ValidationError(_("Each name must be 256 characters or fewer"), "max_length"),
            )
        cleaned["lines"] = lines if cleaned.get("used") == "yes" else []
        return cleaned

    def write(self, application: Application) -> None:
        citizen = application.citizen
        citizen.previous_names.all().delete()
        PreviousName.objects.bulk_create(
            PreviousName(citizen=citizen, name=name)
            for name in dict.fromkeys(self.cleaned_data["lines"])
        )
        citizen.save()
