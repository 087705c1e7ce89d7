"""Who a child or a represented person is: six pages of the form, asked on one."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from accounts.forms import Heading
from registrations.enums import Capacity
from registrations.forms.base import ApplicationPage
from registrations.forms.birth import BirthPage, ComparesWithIin, IinPage, SexPage
from registrations.forms.person import LatinNamePage, NamePage, OtherNamesPage
from registrations.models import Application

PARTS: dict[str, type[ApplicationPage]] = {
    "name": NamePage,
    "latin-name": LatinNamePage,
    "other-names": OtherNamesPage,
    "birth": BirthPage,
    "iin": IinPage,
    "sex": SexPage,
}
BOXES = [name for part in PARTS.values() for name in part.base_fields]
CYRILLIC = ("family_name", "given_names", "patronymic")


class RepresentedPersonPage(NamePage, LatinNamePage, OtherNamesPage, BirthPage, IinPage, SexPage):
    """Rules and words are those of the pages it is made of; each of them is a question here, under
    a heading of its own. A difference between IIN, birth date and sex is said at the IIN."""

    heading = _("The person you represent")
    heading_of_a_child = _("Your child")
    hint = ""
    FIELDS = (
        *NamePage.FIELDS,
        *LatinNamePage.FIELDS,
        *BirthPage.FIELDS,
        *IinPage.FIELDS,
        *SexPage.FIELDS,
    )
    field_order: ClassVar[list[str]] = BOXES
    compares = IinPage.compares
    # Both scripts stand on one page: each label says which.
    for_another = {
        "family_name_latin": _("Family name in Latin letters"),
        "given_names_latin": _("Given names in Latin letters"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CYRILLIC:
            self.fields[name].error_messages["script"] = _(
                "%(label)s must be in Cyrillic letters. Use the boxes below for Latin"
            )

    def _speak_of_another(self) -> None:
        if self.application.capacity == Capacity.PARENT:
            self.heading = self.heading_of_a_child
        for part in PARTS.values():
            for name, field in part.base_fields.items():
                asked = "heading" if field.label is part.heading else name
                self.fields[name].label = part.for_another.get(asked, field.label)
        super()._speak_of_another()

    def heading_over(self, name: str) -> Heading | None:
        part = next((one for one in PARTS.values() if next(iter(one.base_fields)) == name), None)
        if part is None:
            return None
        return Heading(
            part.for_another["heading"],
            part.for_another.get("hint", part.hint),
            hint_id=f"hint_{name}",
            level=2,
            is_label=part.base_fields[name].label is part.heading,
        )

    def hint_over(self, name: str) -> str:
        over = self.heading_over(name)
        return over.hint_id if over and over.hint else ""

    @classmethod
    def load(cls, application: Application) -> dict[str, Any]:
        return {
            name: value for part in PARTS.values() for name, value in part.load(application).items()
        }

    def can_keep_a_part(self) -> bool:
        """All but a half answer to "Other names", which no row can hold."""
        names = OtherNamesPage.base_fields.keys()
        return not (names & set(self.changed_data) and names & self.errors.keys())

    def unfinished(self, pages: Collection[str]) -> Collection[str]:
        return [page for page in pages if PARTS[page].base_fields.keys() & self.errors.keys()]

    def write(self, application: Application) -> None:
        if not OtherNamesPage.base_fields.keys() & self.errors.keys():
            OtherNamesPage.write(self, application)
        # The columns of all parts, and whether a difference was confirmed.
        ComparesWithIin.write(self, application)
