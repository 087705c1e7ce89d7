"""Where a young person who comes of age can be invited."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.address_fields import AddressField
from accounts.forms import PageForm
from registrations.services.taking_over import AddressRefused

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

    def refuse(self, refused: AddressRefused) -> None:
        """Say what is wrong with the address beside it."""
        self.add_error(
            "email", forms.ValidationError(ADDRESS_REFUSED[refused.code], code=refused.code)
        )
