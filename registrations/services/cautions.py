"""What an officer should look at twice before deciding."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registrations import iin, names
from registrations.models import Application, Citizen

# A document that ends within this time is pointed out.
EXPIRES_SOON = timedelta(days=60)


@dataclass(frozen=True)
class Caution:
    code: str
    text: str | Promise


def cautions_of(application: Application) -> list[Caution]:
    """All that applies, the gravest first."""
    return [
        *_same_person(application),
        *_document(application),
        *_numbers_and_letters(application),
        *_district(application),
        *_mailbox(application),
    ]


def _same_person(application: Application) -> list[Caution]:
    """The same IIN, or the same folded name and birth date, under another entry."""
    citizen = application.citizen
    same = Q()
    if citizen.iin_index:
        same |= Q(iin_index=citizen.iin_index)
    if citizen.birth_date and citizen.name_key:
        same |= Q(birth_date=citizen.birth_date, name_key=citizen.name_key)
    if not same:
        return []
    others = (
        Application.objects.filter(citizen__in=Citizen.objects.filter(same))
        .exclude(citizen=citizen)
        .exclude(submitted_at=None)
        .select_related("mission")
    )
    said = _("Possible duplicate: %(reference)s, %(mission)s")
    return [
        Caution("duplicate", said % {"reference": other.reference, "mission": other.mission})
        for other in others[:5]
    ]


def _document(application: Application) -> list[Caution]:
    document = application.citizen.document
    if document is None:
        return [Caution("no_document", _("The person has no document now"))]
    if document.expires_on is None or document.expires_on > timezone.localdate() + EXPIRES_SOON:
        return []
    day = date_format(document.expires_on, "SHORT_DATE_FORMAT")
    if document.expires_on < timezone.localdate():
        return [Caution("expired", _("The document expired on %(day)s") % {"day": day})]
    return [Caution("expires_soon", _("The document expires on %(day)s") % {"day": day})]


def _numbers_and_letters(application: Application) -> list[Caution]:
    citizen = application.citizen
    found = []
    shown = iin.birth_date_hint(citizen.iin)
    if shown and citizen.birth_date and shown != citizen.birth_date:
        found.append(Caution("iin_differs", _("The IIN shows another birth date")))
    if not citizen.iin:
        found.append(Caution("no_iin", _("The person has no IIN")))
    if names.mixes_scripts(f"{citizen.full_name} {citizen.full_name_latin}"):
        found.append(Caution("mixed_script", _("A name mixes Latin and Cyrillic letters")))
    return found


def _district(application: Application) -> list[Caution]:
    if not application.other_mission_reason:
        return []
    return [Caution("other_mission", _("The person chose another mission than the place gives"))]


def _mailbox(application: Application) -> list[Caution]:
    refused_at = application.applicant.mail_refused_at
    if refused_at is None:
        return []
    said = _("Mail to the person is refused since %(day)s: call")
    return [Caution("mail_refused", said % {"day": date_format(refused_at, "SHORT_DATE_FORMAT")})]
