"""Where a young person who comes of age can be invited."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.address_fields import AddressField
from accounts.forms import PageForm
from accounts.models import User
from registrations.models import ResidencyRecord
from registrations.services import taking_over

ADDRESS_REFUSED = {
    "representative": _("Enter an address of the young person's own, not yours"),
    "taken": _("This address has an application or entry of its own: ask for another one"),
    **dict.fromkeys(("taken_over", "not_yours"), _("The entry is taken over or closed already")),
}
TAKE_OVER_REFUSED = {
    "has_own": _(
        "This address has an application or entry of its own. Write to the mission: an officer "
        "must look at both."
    ),
    **dict.fromkeys(("taken_over", "not_yours"), _("The entry is taken over or closed already.")),
}


class OwnAddressForm(PageForm):
    heading = _("What is the young person's own email address?")
    hint = _("At 18 we invite the person at this address to take the entry over.")
    submit_label = _("Save")
    email = AddressField(label=heading, autocomplete="off")

    def __init__(self, *args: Any, record: ResidencyRecord, **kwargs: Any) -> None:
        self.record = record
        known = getattr(record.citizen, "coming_of_age", None)
        super().__init__(*args, initial={"email": known.email if known else ""}, **kwargs)

    def save(self, *, actor: User) -> bool:
        """Write the address down; False where it is refused, which is then said beside it."""
        try:
            taking_over.set_address(self.record, email=self.cleaned_data["email"], actor=actor)
        except taking_over.AddressRefused as refused:
            said = ADDRESS_REFUSED[refused.code]
            self.add_error("email", forms.ValidationError(said, code=refused.code))
            return False
        return True
