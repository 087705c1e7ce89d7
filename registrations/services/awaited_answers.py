"""What an officer asked a citizen for: reminded of in time, and when the case may go on without."""

from datetime import date, timedelta

from django.db.models import DateField, Exists, Func, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from missions import calendar
from registrations import law
from registrations.enums import ApplicationStatus
from registrations.models import Application, InformationRequest
from registrations.services import notifications, rounds


def may_go_on(application: Application) -> bool:
    """The citizen was asked, and the day of the answer has passed."""
    request = application.open_request
    return request is not None and is_late(application, request.answer_by)


def is_late_in_list() -> Exists:
    """The same for each application of a list, worked out by the database."""
    today = Func(
        OuterRef("mission__timezone"), timezone.now(), function="timezone", output_field=DateField()
    )
    waiting = InformationRequest.objects.open().filter(
        application=OuterRef("pk"), application__status=ApplicationStatus.MORE_INFO
    )
    return Exists(waiting.filter(answer_by__lt=Cast(today, DateField())))


def is_late(application: Application, answer_by: date | None) -> bool:
    """Waiting for an answer whose day has passed at the mission."""
    if application.status != ApplicationStatus.MORE_INFO or answer_by is None:
        return False
    assert application.mission is not None
    return calendar.local_date(application.mission, timezone.now()) > answer_by


def remind_due() -> int:
    """Remind so many days before the last one; where several are missed, once."""
    first = timezone.now() + timedelta(days=max(law.ANSWER_REMINDER_DAYS) + 1)
    waiting = InformationRequest.objects.open().filter(
        application__status=ApplicationStatus.MORE_INFO,
        answer_by__lte=first.date(),
        answer_by__gte=(timezone.now() - timedelta(days=1)).date(),
    )
    return rounds.each(waiting, _remind)


def _remind(request: InformationRequest) -> bool:
    now = timezone.now()
    application = request.application
    if application.status != ApplicationStatus.MORE_INFO or application.open_request != request:
        return False
    assert application.mission is not None
    today = calendar.message_day(application.mission, now)
    told_on = calendar.local_date(application.mission, request.reminded_at or request.asked_at)
    if not any(told_on < day <= today for day in _reminder_days(request)):
        return False
    if today > request.answer_by:
        return False
    request.reminded_at = now
    request.save(update_fields=["reminded_at"])
    notifications.about_application(application, "answer_reminder")
    return True


def _reminder_days(request: InformationRequest) -> list[date]:
    return [request.answer_by - timedelta(days=days) for days in law.ANSWER_REMINDER_DAYS]
