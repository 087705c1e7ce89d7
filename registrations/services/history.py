"""Everything that happened to a case: moves, messages, looks, prints; read, never edited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import AuditEvent, OutboxMessage, User
from registrations.models import Application, RegistrationCertificate, ResidencyRecord
from registrations.services.representation import accounts_of

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
    "record.confirmed": pgettext_lazy("history of a case", "Entry confirmed"),
    "record.unconfirmed": pgettext_lazy("history of a case", "Entry unconfirmed"),
    "citizen.came_of_age": pgettext_lazy("history of a case", "The person came of age"),
    "coming_of_age.address_set": pgettext_lazy("history of a case", "Own address written down"),
    "record.taken_over": pgettext_lazy("history of a case", "Entry taken over by the person"),
    "contacts.purged": pgettext_lazy("history of a case", "Emergency contacts deleted"),
}
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
    entries = [*_moves(application), *_messages(application), *_logged(application)]
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


def _moves(application: Application) -> Iterator[Entry]:
    for event in application.events.select_related("actor"):
        yield Entry(event.at, str(event.actor or ""), event.get_to_status_display(), event.note)


def _messages(application: Application) -> Iterator[Entry]:
    """About the application, and about the entry it led to, to whoever keeps it.

    What officers are sent under its number, a call for help, is no message to the citizen.
    """
    references = [one for one in (application.reference, application.register_number) if one]
    messages = OutboxMessage.objects.filter(reference__in=references)
    kept_by = Q(user=None) | Q(user__is_staff=False) | Q(user__in=accounts_of(application.citizen))
    for message in messages.filter(kept_by):
        said = {
            "subject": message.subject,
            "channel": message.get_channel_display(),
            "state": message.get_state_display(),
        }
        yield Entry(message.created_at, _("the portal"), str(OF_MESSAGE) % said)


def _logged(application: Application) -> Iterator[Entry]:
    events = AuditEvent.objects.filter(_targets(application), action__in=ACTIONS)
    for event in events.order_by("-id")[:SHOWN]:
        named = event.action.partition(".")[0] in NAMED
        # The log names a copy in the source's own language.
        named_as = _(event.target_label) if event.target_label else ""
        note = named_as if named else event.details.get("to", "")
        yield Entry(event.at, event.actor, str(ACTIONS[event.action]), note)


def _targets(application: Application) -> Q:
    """The case itself and whatever hangs on it."""
    certificates = RegistrationCertificate.objects.filter(record__application=application)
    record = ResidencyRecord.objects.filter(application=application).first()
    insert = getattr(record, "passport_insert", None)
    ids = {
        "registrations.application": [application.public_id],
        "registrations.residencyrecord": [record.public_id] if record else [],
        "registrations.attachment": application.attachments.values_list("public_id", flat=True),
        "registrations.legalrepresentative": application.citizen.representatives.values_list(
            "public_id", flat=True
        ),
        "registrations.registrationcertificate": certificates.values_list("public_id", flat=True),
        "registrations.passportinsert": [insert.public_id] if insert else [],
    }
    wanted = Q()
    for target_type, found in ids.items():
        wanted |= Q(target_type=target_type, target_id__in=[str(one) for one in found])
    return wanted
