"""Rights and duties in a country: what its missions wrote, else what holds everywhere."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from accounts.scoping import sees_every_mission
from missions.calendar import HOME
from missions.countries import country_choices
from missions.models import AdviceTopic, ConsularDistrict, CountryAdvice, ForeignMission

GENERAL: dict[str, str | Promise] = {
    AdviceTopic.NUMBERS: _(
        "Where somebody's life is in danger, call the emergency number of the country first. Then "
        "call the duty officer of the mission."
    ),
    AdviceTopic.LOST_PASSPORT: _(
        "Report the loss to the local police and keep the paper they give you. Then tell the "
        "mission: it issues a certificate of return for the way home, or takes your application "
        "for a new passport. Being on the register makes this faster."
    ),
    AdviceTopic.VOTING: _(
        "Elections and referendums of Kazakhstan are held abroad at the polling stations of the "
        "missions. You are put on the voters' list on your own request and with a valid passport; "
        "make the request in your account."
    ),
    AdviceTopic.DUTIES: _(
        "A citizen keeps the Constitution and the laws of Kazakhstan abroad too. Ask the military "
        "office where you were last registered in Kazakhstan, or the mission, which papers on "
        "military service you need, and apply in time for a new passport."
    ),
    AdviceTopic.LOCAL_LAW: _(
        "The laws of the country apply to you, above all on entry, stay and work. If you are "
        "detained, ask that the mission be told: Article 36 of the Vienna Convention on Consular "
        "Relations of 24 April 1963 gives you this right. The mission can visit you, name lawyers "
        "and tell your family; it cannot take your place in court."
    ),
}


@dataclass(frozen=True)
class Advice:
    """One topic as shown; ``written`` is None where the mission has not written its own."""

    topic: AdviceTopic
    text: str | Promise
    written: CountryAdvice | None


def advice_for(country: str) -> list[Advice]:
    """Every topic, in the order of AdviceTopic."""
    written = {one.topic: one for one in CountryAdvice.objects.filter(country=country)}
    return [
        Advice(
            topic,
            written[topic].text if topic in written else GENERAL[topic],
            written.get(topic),
        )
        for topic in AdviceTopic
    ]


def missions_for(country: str) -> list[ForeignMission]:
    """The open missions that serve the country or a region of it."""
    serving = ConsularDistrict.objects.in_force().filter(country=country).values("mission")
    return list(ForeignMission.objects.serving_citizens().filter(pk__in=serving))


def countries_written_by(user: User) -> list[tuple[str, str]]:
    """Codes and names of the countries whose advice the person writes: those that the missions he
    heads serve; the ministry, every country."""
    if sees_every_mission(user):
        return country_choices(exclude=(HOME,))
    headed = ForeignMission.objects.headed_by(user)
    served = set(
        ConsularDistrict.objects.in_force()
        .filter(mission__in=headed)
        .values_list("country", flat=True)
    )
    return [choice for choice in country_choices() if choice[0] in served]


@transaction.atomic
def save(written: CountryAdvice, *, actor: User) -> CountryAdvice:
    """Keep the text, with who wrote it and when."""
    written.edited_at = timezone.now()
    written.edited_by = actor
    written.save()
    audit.record(
        actor=actor,
        action="advice.written",
        target=written,
        details={"country": written.country, "topic": written.topic},
    )
    return written
