"""When the officers of a mission were last told in the morning what waits for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from missions.models import ForeignMission


class MorningDigest(models.Model):
    """The last day of a mission's digest; locked while the next one is written."""

    mission = models.OneToOneField(ForeignMission, on_delete=models.PROTECT, related_name="+")
    last_on = models.DateField(_("last sent on"), null=True)

    class Meta:
        verbose_name = _("morning digest")
        verbose_name_plural = _("morning digests")

    def __str__(self) -> str:
        return f"{self.mission}: {self.last_on}"
