"""The law as data: acts with the days they were in force, purposes, periods, the text of consent.

What could not be read in the official text is marked ``verified=False``; the ministry corrects it
here, never in a template. Sources are named by the act itself.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

# --- Acts an exit permit may rest on ------------------------------------------------------


@dataclass(frozen=True)
class LegalAct:
    """An act under which permission to leave for permanent residence is or was given.

    ``in_force_from`` is the first day, ``in_force_until`` the first day no more; None is open.
    """

    key: str
    title: str | Promise
    in_force_from: date | None
    in_force_until: date | None
    verified: bool = True

    def in_force_on(self, day: date) -> bool:
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day < self.in_force_until)


EXIT_PERMIT_ACTS = (
    LegalAct(
        "before_1010",
        _("Rules in force before Government Resolution No. 1010 of 26 July 2001"),
        None,
        date(2001, 7, 26),
        verified=False,
    ),
    LegalAct(
        # Named in item 2 of Resolution No. 361, which repealed it.
        "resolution_1010",
        _("Government Resolution No. 1010 of 26 July 2001"),
        date(2001, 7, 26),
        date(2012, 3, 28),
    ),
    LegalAct(
        "resolution_361",
        _("Government Resolution No. 361 of 28 March 2012"),
        date(2012, 3, 28),
        # Repealed by Government Resolution No. 758 of 01.09.2023, in force ten calendar days
        # after its first publication; the publication is taken to be of the day of adoption.
        date(2023, 9, 12),
    ),
    LegalAct(
        "order_259",
        _("Order of the Minister of Internal Affairs No. 259 of 27 March 2020"),
        date(2023, 9, 12),
        None,
    ),
)
ACT_BY_KEY = {act.key: act for act in EXIT_PERMIT_ACTS}


def exit_permit_act_on(day: date) -> LegalAct:
    """The act in force on the day the permit was issued."""
    return next(act for act in EXIT_PERMIT_ACTS if act.in_force_on(day))


# --- What the register is for ---------------------------------------------------------------


@dataclass(frozen=True)
class Purpose:
    """One purpose of consular registration, as the ministry's text gives it."""

    key: str
    text: str | Promise
    act: str | Promise
    ended_on: date | None = None


_RULES = _(
    "Rules of consular registration, order of the Minister of Foreign Affairs No. 11-1-2/263"
)
PURPOSES = (
    Purpose("protection", _("to protect your rights and lawful interests"), _RULES),
    Purpose(
        "assistance",
        _("to help you in time in an emergency, a natural disaster, military action and the like"),
        _RULES,
    ),
    Purpose(
        "rights",
        _(
            "to help you use every right given by the laws of Kazakhstan and of the country you "
            "are in, by treaties and by international custom"
        ),
        _RULES,
    ),
    Purpose(
        "duties",
        _("to oversee compliance with the Constitution and the fulfilment of citizens' duties"),
        _RULES,
    ),
)


def purposes_on(day: date) -> list[Purpose]:
    return [purpose for purpose in PURPOSES if purpose.ended_on is None or day < purpose.ended_on]


# --- Periods ----------------------------------------------------------------------------------

# Working days of the mission in which an application is decided: one to examine, one to decide,
# by analogy with deregistration; the period for registration itself could not be read.
REGISTRATION_WORKING_DAYS = 2
# What the citizen is asked for is waited for this long, in calendar days.
ANSWER_DAYS = 14
# Calendar days a draft is kept after its last saved page; the consent says them too, so that
# another number wants another consent text.
DRAFT_KEPT_DAYS = 30
# Somebody who leaves for abroad may register this many days ahead; the first questions say so.
LEAVING_WITHIN_DAYS = 90

# Deregistration: one working day to examine and the next one to deregister.
DEREGISTRATION_WORKING_DAYS = 2
# An application to leave the register can be taken back for this many days; then the clock starts.
DEPARTURE_UNDO_DAYS = 7
# A change of identity and a certificate are answered within the period of registration; no act
# that could be read names another.
CHANGE_WORKING_DAYS = 2
CERTIFICATE_WORKING_DAYS = 2
# A request for help is answered by the end of the next working day at the latest.
HELP_WORKING_DAYS = 1

# --- Ages ---------------------------------------------------------------------------------------

# From this birthday a child has an own document (identity cards start at 16).
OWN_DOCUMENT_AGE = 16
# Until this birthday a parent or guardian registers and keeps a child.
ADULT_AGE = 18
# A representative is asked this many days ahead for the own address of a child who comes of age.
COMING_OF_AGE_NOTICE_DAYS = 60

# --- Freshness of the register (domain: entries that nobody confirmed closed other registers) -----

# A person is asked whether the entry is true after so many months without a confirmation,
CONFIRM_EVERY_MONTHS = 11
# so many days before the planned end of the stay,
CONFIRM_BEFORE_END_DAYS = 30
# and so many days before the passport expires.
CONFIRM_BEFORE_EXPIRY_DAYS = 90
# Days to answer; a reminder goes so many days before they are over, then silence is written down.
CONFIRM_ANSWER_DAYS = 30
CONFIRM_REMINDER_DAYS = 10
# A link still answers so many days after silence was written down: late is better than never.
CONFIRM_LINK_GRACE_DAYS = 30
# Nobody is asked about a stay or a document so soon after an officer looked at both.
CONFIRM_NOT_BEFORE_DAYS = 30

# --- Reminders and retention, in calendar days ----------------------------------------------------

# Before the last day of a request for information.
ANSWER_REMINDER_DAYS = (3, 1)
# Before a draft is deleted.
DRAFT_WARNING_DAYS = 3
# An account that was opened by asking for a code and never signed in.
UNUSED_ACCOUNT_DAYS = 30
# Emergency contacts are other people's data: kept so long after the entry is closed, or after an
# application that did not lead to one was decided or withdrawn.
EMERGENCY_CONTACT_KEPT_DAYS = 90


@dataclass(frozen=True)
class Retention:
    """What is kept how long, as the privacy page says it; ``days`` None is "while needed"."""

    key: str
    what: str | Promise
    days: int | None


RETENTION = (
    Retention("draft", _("A draft that is not sent, after its last saved page"), DRAFT_KEPT_DAYS),
    Retention("unused_account", _("An account nobody signed in to"), UNUSED_ACCOUNT_DAYS),
    Retention(
        "emergency_contact",
        _("Whom to call in an emergency, after you left the register or were not registered"),
        EMERGENCY_CONTACT_KEPT_DAYS,
    ),
    Retention(
        "register",
        _("The register, decisions and the log: until the ministry sets a term for its archive"),
        None,
    ),
)


# --- Consent to the use of personal data (Law No. 94-V of 21.05.2013, article 8) ---------------


@dataclass(frozen=True)
class ConsentText:
    """One version of the text people agree to; an old version is kept as long as a consent to it.

    ``points`` answer, in this order: who, what, what for, how long, who else sees it, where it
    goes, whether it is published, how to take the consent back.
    """

    version: str
    points: tuple[str | Promise, ...]

    def sha256(self, language: str) -> str:
        """Which words were agreed to, in the language they were read in."""
        with override(language):
            words = "\n".join(str(point) for point in self.points)
        return hashlib.sha256(words.encode()).hexdigest()


CONSENT_TEXTS = (
    ConsentText(
        "2026-11",
        (
            _(
                "The Ministry of Foreign Affairs of the Republic of Kazakhstan and the mission "
                "that serves the place where you live collect and use your data."
            ),
            _(
                "They are the answers of this form and the copies of documents: names, date and "
                "place of birth, IIN, sex, documents, address, contacts, stay abroad, household, "
                "and whom to call in an emergency."
            ),
            _(
                "They are used for consular registration and its purposes only: to protect your "
                "rights, to reach and help you in an emergency, to help you use your rights, and "
                "to issue certificates of registration."
            ),
            _(
                "They are kept while you are on the register and afterwards as long as the "
                "ministry's archive rules ask. A draft that is not sent is deleted after 30 days."
            ),
            _(
                "Officers of your mission and of the ministry see them, and each look is logged. "
                "They go to other bodies only where a law of Kazakhstan demands it, or to those "
                "who help you in an emergency."
            ),
            _(
                "They cross the border between you, the mission abroad and the ministry in "
                "Kazakhstan."
            ),
            _("They are not published."),
            _(
                "You may take the consent back at any time in your account or at the mission. You "
                "are then removed from the register, unless a law demands that the data be kept."
            ),
        ),
    ),
)


def current_consent() -> ConsentText:
    return CONSENT_TEXTS[-1]
