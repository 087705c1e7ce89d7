"""The proof of a change of identity."""

from typing import Any

from crispy_forms.layout import Submit
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registrations.forms.documents import CopyPage
from registrations.models import Attachment, ChangeRequest
from registrations.services import changes
from registrations.steps import STEP_BY_KEY

# What the copy shows, where it is not who the person is.
PROVED_BY = {"exit-permit": "exit-permit-copy"}


class ChangeCopyPage(CopyPage):
    """A copy that proves a change of identity; it counts once the change is accepted."""

    heading_of_page = _("Send a copy that shows the change")
    submit_label = _("Add the copy")

    def __init__(self, *args: Any, change: ChangeRequest, **kwargs: Any) -> None:
        self.change = change
        super().__init__(
            *args,
            application=change.record.application,
            step=STEP_BY_KEY[PROVED_BY.get(change.page, "identity-copy")],
            **kwargs,
        )
        self.heading = self.heading_of_page

    def buttons(self) -> list[Submit]:
        """Each copy is added by itself; there is no next page."""
        return [Submit("add", self.submit_label)]

    @property
    def copies(self) -> QuerySet[Attachment]:
        return changes.proofs_of(self.change)
