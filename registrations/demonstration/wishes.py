"""What registered people of the demonstration ask their mission for."""

from random import Random

from registrations.demonstration.people import FAMILY, family_name
from registrations.enums import HelpTopic, LeavingReason
from registrations.models import Application, ResidencyRecord
from registrations.services import (
    certificate_requests,
    changes,
    departures,
    help_requests,
    voting,
)

# Purpose, addressee, and whether English is asked for.
CERTIFICATES = (
    ("Банкке ұсыну үшін", "Musterbank", True),
    ("Балабақшаға орналастыру үшін", "Kita Sonnenblume", True),
    ("Зейнетақы тағайындау үшін", "БЖЗҚ", False),
    ("Для поступления в университет", "Musteruniversität", True),
    ("Для представления по месту работы", "", False),
    ("Для пенсионного фонда", "ЕНПФ", False),
    ("Әлеуметтік көмек алу үшін", "", False),
    ("Для брака: подтверждение учёта", "Standesamt Musterstadt", True),
)
# Topic, words, and whether somebody waits for a call at once.
HELP = (
    (HelpTopic.LOST_DOCUMENT, "Паспортым жоғалды, келесі аптада ұшамын.", False),
    (HelpTopic.ILLNESS, "Попал в больницу, нужна связь с родственниками.", True),
    (HelpTopic.RIGHTS, "Работодатель два месяца не платит зарплату.", False),
    (HelpTopic.CHILD, "Баламның құжаттары жоғалды, не істеу керек?", False),
    (HelpTopic.DETAINED, "Задержан брат, прошу сообщить, где он находится.", True),
    (HelpTopic.OTHER, "Туу туралы куәлікті қайда апостильдеуге болады?", False),
)
LEAVING = (
    (LeavingReason.RETURNED, ""),
    (LeavingReason.OTHER, "Оқуымды бітірдім."),
    (LeavingReason.MOVED, ""),
)
WISHES = ("certificate", "help", "certificate", "vote", "change", "certificate", "departure",
          "help", "certificate", "vote")  # fmt: skip


def wish(record: ResidencyRecord, kind: str, chance: Random) -> None:
    """The person asks for one thing; it waits for an officer."""
    {
        "certificate": _certificate,
        "help": _help,
        "vote": _vote,
        "change": _change,
        "departure": _departure,
    }[kind](record, chance)


def _certificate(record: ResidencyRecord, chance: Random) -> None:
    purpose, addressee, with_english = chance.choice(CERTIFICATES)
    certificate_requests.apply(
        record,
        purpose=purpose,
        addressee=addressee,
        with_english=with_english,
        actor=record.application.applicant,
    )


def _help(record: ResidencyRecord, chance: Random) -> None:
    topic, text, is_urgent = chance.choice(HELP)
    help_requests.ask(
        record,
        topic=topic,
        text=text,
        place=record.application.city,
        phone=record.citizen.phone,
        is_urgent=is_urgent,
        actor=record.application.applicant,
    )


def _vote(record: ResidencyRecord, chance: Random) -> None:
    voting.ask(record, actor=record.application.applicant)


def _change(record: ResidencyRecord, chance: Random) -> None:
    """A new family name, or a new passport."""
    new_name = chance.random() < 0.5
    changes.propose(
        record,
        "name" if new_name else "document",
        write=_married(chance) if new_name else _new_passport,
        actor=record.application.applicant,
    )


def _married(chance: Random) -> changes.Write:
    name = chance.choice(FAMILY)

    def write(application: Application) -> None:
        citizen = application.citizen
        citizen.family_name = family_name(name, male=citizen.sex == "male")
        citizen.save()

    return write


def _new_passport(application: Application) -> None:
    document = application.citizen.document
    assert document is not None
    document.number = f"N{20000000 + application.pk * 7919}"
    document.save()


def _departure(record: ResidencyRecord, chance: Random) -> None:
    reason, text = chance.choice(LEAVING)
    departures.give_notice(record, reason=reason, text=text, actor=record.application.applicant)
