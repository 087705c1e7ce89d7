"""What the missions write for citizens about rights and duties in a country."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from missions.countries import country_name


class AdviceTopic(models.TextChoices):
    """What a citizen abroad needs to know about rights and duties in a country."""

    NUMBERS = "numbers", _("Numbers to call")
    LOST_PASSPORT = "lost_passport", _("When the passport is lost")
    VOTING = "voting", _("Where to vote")
    DUTIES = "duties", _("Military and other duties")
    LOCAL_LAW = "local_law", _("The law of the country")


@pghistory.track(model_name="CountryAdviceHistory")
class CountryAdvice(models.Model):
    """One topic of the rights and duties page of a country, written by a mission that serves it.

    A text is shown once it stands in all three languages.
    """

    country = models.CharField(_("country"), max_length=2)
    topic = models.CharField(_("topic"), max_length=14, choices=AdviceTopic)
    text_kk = models.TextField(_("text in Kazakh"), max_length=5000)
    text_ru = models.TextField(_("text in Russian"), max_length=5000)
    text_en = models.TextField(_("text in English"), max_length=5000)
    edited_at = models.DateTimeField(_("edited"), default=timezone.now)
    edited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("edited by")
    )

    class Meta:
        verbose_name = _("advice for a country")
        verbose_name_plural = _("advice for countries")
        ordering = ["country", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["country", "topic"], name="one_advice_a_topic"),
            models.CheckConstraint(
                condition=~Q(text_kk="") & ~Q(text_ru="") & ~Q(text_en=""),
                name="advice_in_three_languages",
            ),
        ]

    def __str__(self) -> str:
        return f"{country_name(self.country)}: {self.get_topic_display()}"

    @property
    def text(self) -> str:
        """The text in the active language."""
        return str(getattr(self, f"text_{(get_language() or 'kk')[:2]}"))
