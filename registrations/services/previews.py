"""What the citizen will read, shown to the officer before the decision is made.

The message is rendered by the same templates and in the same language as the one that is sent;
the row it speaks of is a copy that is never saved.
"""

import copy
from datetime import date

from accounts.outbox import Rendered
from registrations.enums import DeregistrationGround, RefusalGround
from registrations.models import Application, DepartureNotice, InformationRequest
from registrations.services import notifications, requests

# Stands where the register number will be, which nobody knows before the decision.
NUMBER_TO_COME = "…"


def of_registration(application: Application) -> Rendered:
    decided = copy.copy(application)
    decided.register_number = NUMBER_TO_COME
    return notifications.preview(decided, "registered")


def of_refusal(application: Application, *, ground: RefusalGround, text: str) -> Rendered:
    decided = copy.copy(application)
    decided.refusal_ground, decided.refusal_text = ground, text
    return notifications.preview(decided, "refused")


def of_question(application: Application, *, text: str, answer_by: date) -> Rendered:
    request = InformationRequest(application=application, text=text, answer_by=answer_by)
    return notifications.preview(application, "more_information_needed", request=request)


def of_removal(application: Application, *, ground: DeregistrationGround) -> Rendered:
    record = application.residency_record
    waiting = requests.open_requests(record)
    if ground == DeregistrationGround.OWN_APPLICATION:
        waiting = [one for one in waiting if not isinstance(one, DepartureNotice)]
    return notifications.preview(
        application, "removed_from_register", record=record, ground=ground, unsettled=waiting
    )
