"""The words of the register, and the one table of what may follow what."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("application status", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("application status", "Received")
    IN_REVIEW = "in_review", pgettext_lazy("application status", "In work")
    MORE_INFO = "more_info", pgettext_lazy("application status", "We need something from you")
    REGISTERED = "registered", pgettext_lazy("application status", "Registered")
    REFUSED = "refused", pgettext_lazy("application status", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application status", "Withdrawn")
    DEREGISTERED = "deregistered", pgettext_lazy("application status", "Removed from the register")
    TRANSFERRED = "transferred", pgettext_lazy("application status", "Moved to another mission")


OPEN_STATUSES = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.MORE_INFO,
)
# Begun and not decided, or the entry is in force: the mission follows the person's life.
LIVE_STATUSES = (*OPEN_STATUSES, ApplicationStatus.REGISTERED)
ON_REGISTER_STATUSES = (
    ApplicationStatus.REGISTERED,
    ApplicationStatus.DEREGISTERED,
    ApplicationStatus.TRANSFERRED,
)
DECIDED_STATUSES = (*ON_REGISTER_STATUSES, ApplicationStatus.REFUSED)


class Actor(TextChoices):
    """In what part a person acts on one application."""

    CITIZEN = "citizen", _("citizen or legal representative")
    OFFICER = "officer", _("officer posted at the mission")
    RECEIVING_OFFICER = "receiving_officer", _("officer of the receiving mission")


@dataclass(frozen=True)
class Move:
    """Who may make a transition, and what else happens with it (printed into docs/lifecycle.md)."""

    actors: tuple[Actor, ...]
    effect: str | Promise


_S = ApplicationStatus
TRANSITIONS: dict[tuple[ApplicationStatus, ApplicationStatus], Move] = {
    (_S.DRAFT, _S.SUBMITTED): Move(
        (Actor.CITIZEN,),
        "freezes what was declared; the mission follows from country and region; the clock starts",
    ),
    (_S.SUBMITTED, _S.IN_REVIEW): Move((Actor.OFFICER,), "the officer takes the case"),
    (_S.IN_REVIEW, _S.MORE_INFO): Move(
        (Actor.OFFICER,),
        "the named pages reopen, and what applies only by their new answers; the clock stops; "
        "where the application moves an entry, who the person is stays as that entry says, and how "
        "the person is reached changes there at once",
    ),
    (_S.MORE_INFO, _S.IN_REVIEW): Move(
        (Actor.CITIZEN, Actor.OFFICER),
        "what was declared is frozen again; the clock goes on; an officer goes on without the "
        "answer once its day has passed, and what was typed and not sent is put back",
    ),
    (_S.IN_REVIEW, _S.REGISTERED): Move(
        (Actor.OFFICER,),
        "a number and a residency record; permanent: with the exit permit, an insert may follow; "
        "temporary: never an insert",
    ),
    (_S.IN_REVIEW, _S.REFUSED): Move(
        (Actor.OFFICER,), "one of the listed grounds and a text for the citizen"
    ),
    (_S.REGISTERED, _S.DEREGISTERED): Move(
        (Actor.OFFICER, Actor.CITIZEN),
        "one of the five grounds; certificates withdrawn; the insert marked returned",
    ),
    (_S.REGISTERED, _S.TRANSFERRED): Move(
        (Actor.RECEIVING_OFFICER,), "closed here and opened there in one transaction"
    ),
    (_S.DRAFT, _S.WITHDRAWN): Move((Actor.CITIZEN,), "nothing is kept for the officer"),
    (_S.SUBMITTED, _S.WITHDRAWN): Move((Actor.CITIZEN,), "the case leaves the queue"),
    (_S.IN_REVIEW, _S.WITHDRAWN): Move(
        (Actor.CITIZEN,), "the case leaves the queue; the officer who had it is told on its page"
    ),
    (_S.MORE_INFO, _S.WITHDRAWN): Move(
        (Actor.CITIZEN,), "the case leaves the queue; what was typed and not sent is put back"
    ),
}


class ResidencyKind(TextChoices):
    TEMPORARY = "temporary", pgettext_lazy("kind of registration", "temporary")
    PERMANENT = "permanent", pgettext_lazy("kind of registration", "permanent")


class Stay(TextChoices):
    """The answer to "How long will you live abroad?"."""

    SOME_TIME = "some_time", _("For some time: study, work, treatment, family, a trip")
    PERMANENT = "permanent", _("Permanently, and I have the decision allowing me to leave")
    NO_PERMIT = "no_permit", _("Permanently, but I have no such decision")

    @property
    def residency_kind(self) -> ResidencyKind:
        """Without an exit permit a person is registered as a temporary resident."""
        if self is Stay.PERMANENT:
            return ResidencyKind.PERMANENT
        return ResidencyKind.TEMPORARY


# The same as officers read it, of somebody else.
LENGTH_OF_STAY = {
    Stay.SOME_TIME: _("For some time"),
    Stay.PERMANENT: _("Permanently, with the decision allowing to leave"),
    Stay.NO_PERMIT: _("Permanently, without such a decision"),
}


class Capacity(TextChoices):
    """In what capacity somebody applies for the person registered."""

    SELF = "self", _("Myself")
    PARENT = "parent", _("My child under 18")
    REPRESENTATIVE = "representative", _("A person I legally represent")


# The same of whoever applied, as officers read it.
APPLICANT = {
    Capacity.SELF: _("The person registered"),
    Capacity.PARENT: _("Parent"),
    Capacity.REPRESENTATIVE: _("Legal representative"),
}


class Sex(TextChoices):
    FEMALE = "female", pgettext_lazy("sex", "Female")
    MALE = "male", pgettext_lazy("sex", "Male")


class DocumentType(TextChoices):
    PASSPORT = "passport", _("Passport")
    IDENTITY_CARD = "identity_card", _("Identity card")
    RETURN_CERTIFICATE = "return_certificate", _("Certificate of return")
    BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate")


class Relation(TextChoices):
    """How somebody is related to the person registered."""

    SPOUSE = "spouse", pgettext_lazy("relation", "Husband or wife")
    CHILD = "child", pgettext_lazy("relation", "Child")
    PARENT = "parent", pgettext_lazy("relation", "Parent")
    SIBLING = "sibling", pgettext_lazy("relation", "Brother or sister")
    RELATIVE = "relative", pgettext_lazy("relation", "Other relative")
    FRIEND = "friend", pgettext_lazy("relation", "Friend or neighbour")
    OTHER = "other", pgettext_lazy("relation", "Other")


class AttachmentKind(TextChoices):
    IDENTITY = "identity", _("Identity document")
    EXIT_PERMIT = "exit_permit", _("Decision allowing to leave")
    PHOTO = "photo", _("Photo")
    REPRESENTATION = "representation", _("Proof of representation")


class PurposeOfStay(TextChoices):
    """The categories of temporary stay that the ministry's service page lists."""

    STUDY = "study", pgettext_lazy("purpose of stay", "Study")
    WORK = "work", pgettext_lazy("purpose of stay", "Work")
    FAMILY = "family", pgettext_lazy("purpose of stay", "Family")
    TREATMENT = "treatment", pgettext_lazy("purpose of stay", "Medical treatment")
    BUSINESS_TRIP = "business_trip", pgettext_lazy("purpose of stay", "Business trip")
    TOURISM = "tourism", pgettext_lazy("purpose of stay", "Tourism")
    PRIVATE_TRIP = "private_trip", pgettext_lazy("purpose of stay", "Private trip")
    INVITED = "invited", pgettext_lazy("purpose of stay", "Invited by an organisation or person")
    MISSION_STAFF = "mission_staff", pgettext_lazy("purpose of stay", "Work at a foreign mission")
    MILITARY_OR_QUOTA = (
        "military_or_quota",
        pgettext_lazy("purpose of stay", "Peacekeeping or a post in an international organisation"),
    )
    OTHER = "other", pgettext_lazy("purpose of stay", "Other")


class RefusalGround(TextChoices):
    UNRELIABLE_DOCUMENTS = (
        "unreliable_documents",
        _("The documents, or the information in them, were found to be unreliable"),
    )
    RULES_NOT_MET = (
        "rules_not_met",
        _("The applicant or the information given does not meet the registration rules"),
    )
    CONSENT_MISSING = (
        "consent_missing",
        _("The applicant's consent to the use of restricted personal information is missing"),
    )


class DeregistrationGround(TextChoices):
    OWN_APPLICATION = (
        "own_application",
        _("Application of the person or the legal representative"),
    )
    REGISTERED_ELSEWHERE = (
        "registered_elsewhere",
        _("Notice that the person registered at another mission"),
    )
    STAY_ENDED = "stay_ended", _("The stay in the consular district stated on the card has ended")
    DEATH = "death", _("Death, or a court decision declaring the person missing or dead")
    CITIZENSHIP_ENDED = "citizenship_ended", _("The citizenship of Kazakhstan has ended")


class RequestState(TextChoices):
    """How far a registered person's request to the mission has come."""

    OPEN = "open", pgettext_lazy("request state", "Waiting for the mission")
    DONE = "done", pgettext_lazy("request state", "Done")
    REFUSED = "refused", pgettext_lazy("request state", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request state", "Taken back")
    LAPSED = "lapsed", pgettext_lazy("request state", "Ended without a decision")


class ConfirmationOccasion(TextChoices):
    """Why a registered person is asked whether the entry is still true."""

    YEARLY = "yearly", _("It is a year since the entry was last confirmed")
    STAY_ENDING = "stay_ending", _("The planned end of the stay comes near")
    PASSPORT_EXPIRING = "passport_expiring", _("The passport expires soon")
    COMING_OF_AGE = "coming_of_age", _("The person has come of age and takes the entry over")


class UnconfirmedReason(TextChoices):
    """Why nobody has said for long that an entry is true."""

    NO_ANSWER = "no_answer", _("no answer")
    NO_ADDRESS = "no_address", _("came of age, no own address is known")
    NOT_TAKEN_OVER = "not_taken_over", _("came of age, has not taken the entry over")


class LeavingReason(TextChoices):
    """Why a person leaves the register, in the person's own words."""

    RETURNED = "returned", _("I have returned to Kazakhstan")
    MOVED = "moved", _("I have moved, and register elsewhere myself")
    CONSENT = "consent", _("I take back my consent to the use of my data")
    OTHER = "other", pgettext_lazy("reason for leaving", "Another reason")


# The same of somebody else: as a representative says it, and as officers read it.
REASON_OF_ANOTHER = {
    LeavingReason.RETURNED: pgettext_lazy("reason for leaving", "Return to Kazakhstan"),
    LeavingReason.MOVED: pgettext_lazy("reason for leaving", "A move; registers elsewhere"),
    LeavingReason.CONSENT: pgettext_lazy(
        "reason for leaving", "Consent to the use of the data is taken back"
    ),
    LeavingReason.OTHER: LeavingReason.OTHER.label,
}


class HelpTopic(TextChoices):
    """What a registered person asks the mission to help with."""

    LOST_DOCUMENT = "lost_document", _("My passport is lost or stolen")
    DETAINED = "detained", _("I, or somebody close to me, am detained or arrested")
    ILLNESS = "illness", _("Accident, illness or death")
    VICTIM = "victim", _("I am the victim of a crime or of violence")
    RIGHTS = "rights", _("My rights are not respected: work, housing, an authority")
    CHILD = "child", _("A child needs protection")
    OTHER = "other", pgettext_lazy("help topic", "Something else")


class CertificateState(TextChoices):
    """What the public check page says of a certificate."""

    VALID = "valid", pgettext_lazy("certificate state", "Valid")
    REPLACED = "replaced", pgettext_lazy("certificate state", "Replaced by a newer certificate")
    WITHDRAWN = "withdrawn", pgettext_lazy("certificate state", "Withdrawn")
