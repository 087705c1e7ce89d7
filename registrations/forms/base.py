"""The base of the application's pages: what they show at first and what they write."""

from typing import Any

from accounts.forms import PageForm
from registrations.models import Application


class ApplicationPage(PageForm):
    """One page of the application form.

    ``load`` gives what the page shows before anything is typed; ``write`` sets what was answered
    on the rows (services.drafts.save_page calls it under a lock and saves the application).
    """

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs.setdefault("initial", self.load(application))
        super().__init__(*args, **kwargs)

    @classmethod
    def load(cls, application: Application) -> dict[str, Any]:
        raise NotImplementedError

    def write(self, application: Application) -> None:
        raise NotImplementedError

    def notice(self) -> str:
        """A sentence for the person after the page was saved; empty where there is none."""
        return ""
