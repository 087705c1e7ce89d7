"""What was declared: gathered from the rows, frozen when it is sent."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from registrations.enums import ApplicationStatus, Stay
from registrations.models import Application, Declaration, ExitPermit, TravelDocument
from registrations.steps import STEP_BY_KEY, unanswered

Answers = dict[str, Any]


def missing_pages(application: Application) -> list[str]:
    """Keys of the pages that apply and have no answer yet."""
    return [step.key for step in unanswered(application)]


def collect(application: Application) -> Answers:
    """All answers by page key, as JSON values: dates in ISO form, choices by their code."""
    return {
        key: value
        for key, value in _every_page(application).items()
        if STEP_BY_KEY[key].applies_to(application)
    }


def of_page(application: Application, key: str) -> Any:
    """What the rows say of one page, also of one that does not apply yet."""
    return _every_page(application)[key]


def _every_page(application: Application) -> Answers:
    answers = _person(application) | _reach(application) | _place_and_stay(application)
    return answers | _people(application) | _copies(application)


def is_as_sent(application: Application) -> bool:
    """Nothing is other than in the last declaration."""
    last = application.current_declaration
    return last is not None and collect(application) == last.answers


def freeze(application: Application) -> Declaration:
    """Keep the answers word for word as sent; each sending adds one declaration."""
    last = application.current_declaration
    return Declaration.objects.create(
        application=application,
        sequence=last.sequence + 1 if last else 1,
        answers=collect(application),
    )


def copies_named(answers: Answers) -> list[str]:
    """The addresses of the copies that were sent with these answers."""
    kinds = [step.key for step in STEP_BY_KEY.values() if step.attachment]
    return [copy["file"] for key in kinds for copy in answers.get(key) or []]


def read_as_declared(applications: Iterable[Application]) -> None:
    """Let cases that wait for an answer say in memory what was sent last, not what the citizen
    types meanwhile: for officers' pages. Such an instance is never saved."""
    waiting = {one.pk: one for one in applications if one.status == ApplicationStatus.MORE_INFO}
    sent = Declaration.objects.filter(application__in=waiting).order_by("application", "-sequence")
    for declaration in sent.distinct("application"):
        _say(waiting[declaration.application_id], declaration.answers)


def _say(application: Application, answers: Answers) -> None:
    application.stay = answers["length"]["stay"]
    for page in ("name", "latin-name", "sex"):
        for field, value in answers[page].items():
            setattr(application.citizen, field, value)
    application.citizen.iin = answers["iin"]["iin"]
    born = answers["birth"]["birth_date"]
    application.citizen.birth_date = date.fromisoformat(born) if born else None


def _iso(value: Any) -> str:
    return value.isoformat() if value else ""


def _person(application: Application) -> Answers:
    citizen = application.citizen
    return {
        "name": {
            "family_name": citizen.family_name,
            "given_names": citizen.given_names,
            "patronymic": citizen.patronymic,
        },
        "latin-name": {
            "family_name_latin": citizen.family_name_latin,
            "given_names_latin": citizen.given_names_latin,
        },
        "other-names": [
            {"name": name} for name in citizen.previous_names.values_list("name", flat=True)
        ],
        "birth": {
            "birth_date": _iso(citizen.birth_date),
            "birth_country": citizen.birth_country,
            "birth_place": citizen.birth_place,
        },
        "iin": {"iin": citizen.iin, "differs_confirmed": citizen.iin_differs_confirmed},
        "sex": {"sex": citizen.sex},
        "document": _document(citizen.document),
        "exit-permit": _exit_permit(ExitPermit.objects.filter(citizen=citizen).first()),
    }


def _reach(application: Application) -> Answers:
    """Where and how the person is reached."""
    citizen, lives_at = application.citizen, application.address_holder
    return {
        "address": {
            "street": lives_at.street,
            "postcode": lives_at.postcode,
            "local_address": lives_at.local_address,
        },
        "contact": {
            "phone": citizen.phone,
            "second_phone": citizen.second_phone,
            "language": application.correspondent.language,
            "call_only_in_emergency": citizen.call_only_in_emergency,
        },
    }


def _document(document: TravelDocument | None) -> Answers:
    if document is None:
        return {}
    return {
        "type": document.type,
        "number": document.number,
        "issued_by": document.issued_by,
        "issued_on": _iso(document.issued_on),
        "expires_on": _iso(document.expires_on),
    }


def _exit_permit(permit: ExitPermit | None) -> Answers:
    if permit is None:
        return {}
    return {
        "number": permit.number,
        "issued_on": _iso(permit.issued_on),
        "issued_by": permit.issued_by,
        "legal_act": permit.legal_act,
    }


def _place_and_stay(application: Application) -> Answers:
    return {
        "place": {
            "country": application.country,
            "city": application.city,
        },
        "region": {"region": application.region},
        "mission": _mission(application),
        "length": {"stay": application.stay},
        "stay": _stay(application),
        "life": {
            "occupation": application.occupation,
            "education": application.education,
            "address_in_kazakhstan": application.address_in_kazakhstan,
        },
    }


def _mission(application: Application) -> Answers:
    """A reason is asked of whoever uses another mission alone."""
    answers = {"mission": application.mission.code if application.mission else ""}
    if application.other_mission_reason:
        answers["other_mission_reason"] = application.other_mission_reason
    return answers


def _stay(application: Application) -> Answers:
    """An end is asked of a stay for some time alone; empty, it is not known."""
    answers = {"arrived_on": _iso(application.arrived_on), "purpose": application.purpose}
    if application.stay == Stay.SOME_TIME:
        answers["planned_end"] = _iso(application.planned_end)
    return answers


def _people(application: Application) -> Answers:
    citizen = application.citizen
    return {
        "emergency": [
            {
                "name": contact.name,
                "relation": contact.relation,
                "phone": contact.phone,
                "country": contact.country,
                "language": contact.language,
            }
            for contact in citizen.emergency_contacts.order_by("id")
        ],
        "household": [
            {
                "name": member.name,
                "relation": member.relation,
                "birth_date": _iso(member.birth_date),
                "citizenship": member.citizenship,
            }
            for member in citizen.family.order_by("id")
        ],
    }


def _copies(application: Application) -> Answers:
    kept = list(application.attachments.current())
    return {
        step.key: [
            {"file": str(copy.public_id), "name": copy.original_name, "sha256": copy.sha256}
            for copy in kept
            if copy.kind == step.attachment
        ]
        for step in STEP_BY_KEY.values()
        if step.attachment
    }
