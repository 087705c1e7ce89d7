"""Everything that happened to a case: transitions, messages, looks, prints; read, never edited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import AuditEvent, OutboxMessage, User
from registrations.enums import RequestState
from registrations.models import (
    Application,
    PassportInsert,
    RegistrationCertificate,
    ResidencyRecord,
    VotingRequest,
)
from registrations.models.requests import SETTLED_KINDS
from registrations.services.representation import sent_to_keepers
from registrations.steps import STEP_BY_KEY

# The latest so many entries are shown; the ministry reads the rest in the log.
SHOWN = 300
# Whoever opened the case within this time is taken to be still looking at it.
STILL_THERE = timedelta(minutes=15)

# Moves tell of themselves (ApplicationEvent); these are the rest of the log of a case.
ACTIONS: dict[str, str | Promise] = {
    "application.started": pgettext_lazy("history of a case", "Draft begun"),
    "application.viewed": pgettext_lazy("history of a case", "Case opened"),
    "application.compared": pgettext_lazy(
        "history of a case", "Compared with a possible duplicate"
    ),
    "application.assigned": pgettext_lazy("history of a case", "Case given to an officer"),
    "attachment.added": pgettext_lazy("history of a case", "Copy of a document added"),
    "attachment.removed": pgettext_lazy("history of a case", "Copy of a document taken back"),
    "attachment.viewed": pgettext_lazy("history of a case", "Copy of a document opened"),
    "representative.confirmed": pgettext_lazy(
        "history of a case", "Legal representative confirmed"
    ),
    "insert.recorded": pgettext_lazy("history of a case", "Passport insert recorded"),
    "insert.carried_over": pgettext_lazy("history of a case", "Passport insert goes along"),
    "insert.returned": pgettext_lazy("history of a case", "Passport insert handed in"),
    "certificate.issued": pgettext_lazy("history of a case", "Certificate issued"),
    "certificate.printed": pgettext_lazy("history of a case", "Certificate opened for printing"),
    "certificate.revoked": pgettext_lazy("history of a case", "Certificate withdrawn"),
    "record.changed": pgettext_lazy("history of a case", "Details changed by the person"),
    "record.address_changed": pgettext_lazy("history of a case", "Address changed by the person"),
    "record.confirmed": pgettext_lazy("history of a case", "Entry confirmed"),
    "record.unconfirmed": pgettext_lazy("history of a case", "Entry unconfirmed"),
    "citizen.came_of_age": pgettext_lazy("history of a case", "The person came of age"),
    "coming_of_age.address_set": pgettext_lazy("history of a case", "Own address written down"),
    "record.taken_over": pgettext_lazy("history of a case", "Entry taken over by the person"),
    "contacts.purged": pgettext_lazy("history of a case", "Emergency contacts deleted"),
    "voting.asked": pgettext_lazy("history of a case", "Asked to be on the voters' list"),
    "voting.taken_back": pgettext_lazy("history of a case", "Request to vote taken back"),
    "voting.ended": pgettext_lazy("history of a case", "Request to vote ended with the entry"),
    "voting.handed_over": pgettext_lazy(
        "history of a case", "Request to vote goes on at the new mission"
    ),
}
# Requests of the person are named by their kind, with what became of them.
KINDS = {str(kind._meta.model_name): kind for kind in SETTLED_KINDS}
OF_REQUEST: dict[str, str | Promise] = {
    "made": pgettext_lazy("history of a case", "made"),
    "taken": pgettext_lazy("history of a case", "an officer takes care of it"),
    "handed_over": pgettext_lazy("history of a case", "goes on at the new mission"),
    **{str(state): state.label for state in RequestState if state != RequestState.OPEN},
}
TOLD = {*ACTIONS, *(f"{kind}.{verb}" for kind in KINDS for verb in OF_REQUEST)}
# What hangs on an entry and may go along to the next one; it is logged with the entry's number.
ON_ENTRY: tuple[type[Model], ...] = (*SETTLED_KINDS, VotingRequest, PassportInsert)
# Of these the log's own words say which one it was.
NAMED = ("attachment", "certificate")
OF_MESSAGE = pgettext_lazy(
    "history of a case", "Message to the citizen: %(subject)s (%(channel)s, %(state)s)"
)


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: str
    what: str
    note: str = ""


def history_of(application: Application) -> list[Entry]:
    """The newest first."""
    entries = [*_transitions(application), *_messages(application), *_logged(application)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:SHOWN]


def also_looking(application: Application, *, besides: User) -> list[tuple[str, datetime]]:
    """Who else opened the case a moment ago, and when."""
    seen: dict[str, datetime] = {}
    looks = (
        AuditEvent.objects.filter(
            target_type="registrations.application",
            target_id=str(application.public_id),
            action="application.viewed",
            at__gte=timezone.now() - STILL_THERE,
        )
        .exclude(actor_email=besides.email)
        .order_by("id")
    )
    for look in looks:
        seen[look.actor] = look.at
    return list(seen.items())


def _transitions(application: Application) -> Iterator[Entry]:
    for event in application.events.select_related("actor"):
        yield Entry(event.at, str(event.actor or ""), event.get_to_status_display(), event.note)


def _messages(application: Application) -> Iterator[Entry]:
    """About the application, and about the entry it led to, to whoever keeps it.

    What officers are sent under its number, a call for help, is no message to the citizen.
    """
    references = [one for one in (application.reference, application.register_number) if one]
    messages = OutboxMessage.objects.filter(reference__in=references)
    for message in messages.filter(sent_to_keepers(application.citizen)):
        said = {
            "subject": message.subject,
            "channel": message.get_channel_display(),
            "state": message.get_state_display(),
        }
        yield Entry(message.created_at, _("the portal"), str(OF_MESSAGE) % said)


def _logged(application: Application) -> Iterator[Entry]:
    events = AuditEvent.objects.filter(_targets(application), action__in=TOLD)
    for event in events.order_by("-id")[:SHOWN]:
        yield Entry(event.at, event.actor, _words(event.action), _note(event))


def _words(action: str) -> str:
    thing, _dot, verb = action.partition(".")
    if thing in KINDS:
        return f"{capfirst(KINDS[thing]._meta.verbose_name)}: {OF_REQUEST[verb]}"
    return str(ACTIONS[action])


def _note(event: AuditEvent) -> str:
    """Which copy or certificate, to whom, or which page."""
    if event.action.partition(".")[0] in NAMED:
        # The log names a copy in the source's own language.
        return _(event.target_label) if event.target_label else ""
    if event.action == "record.changed":
        return str(STEP_BY_KEY[event.details["page"]].name)
    return str(event.details.get("to", ""))


def _targets(application: Application) -> Q:
    """The case itself and whatever hangs on it."""
    certificates = RegistrationCertificate.objects.filter(record__application=application)
    record = ResidencyRecord.objects.filter(application=application).first()
    ids = {
        "registrations.application": [application.public_id],
        "registrations.residencyrecord": [record.public_id] if record else [],
        "registrations.attachment": application.attachments.values_list("public_id", flat=True),
        "registrations.legalrepresentative": application.citizen.representatives.values_list(
            "public_id", flat=True
        ),
        "registrations.registrationcertificate": certificates.values_list("public_id", flat=True),
    }
    wanted = _of_entry(record) if record else Q()
    for target_type, found in ids.items():
        wanted |= Q(target_type=target_type, target_id__in=[str(one) for one in found])
    return wanted


def _of_entry(record: ResidencyRecord) -> Q:
    """What was logged of the person's requests and insert with the number of this entry: they may
    hang on the entry of another mission by now, or have come from one."""
    of_person = Q()
    for kind in ON_ENTRY:
        found = kind._default_manager.filter(record__citizen=record.citizen_id)
        ids = [str(one) for one in found.values_list("public_id", flat=True)]
        of_person |= Q(target_type=kind._meta.label_lower, target_id__in=ids)
    return of_person & (Q(target_label=record.number) | Q(details__entry=record.number))
