"""The same person under another entry: the same IIN, or the same folded name and birth date."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from registrations.models import Application, Citizen
from registrations.services import workload


def other_applications(application: Application) -> QuerySet[Application]:
    """Sent applications of other entries that seem to be of the same person, newest first.

    Of every mission: whoever shows one of them asks ``visible_to`` first.
    """
    citizen = application.citizen
    same = Q()
    if citizen.iin_index:
        same |= Q(iin_index=citizen.iin_index)
    if citizen.birth_date and citizen.name_key:
        same |= Q(birth_date=citizen.birth_date, name_key=citizen.name_key)
    if not same:
        return Application.objects.none()
    return (
        Application.objects.filter(citizen__in=Citizen.objects.filter(same))
        .exclude(citizen=citizen)
        .exclude(submitted_at=None)
        .select_related("mission", "citizen")
        .order_by("-id")
    )


def visible_among(others: QuerySet[Application], user: User) -> QuerySet[Application]:
    """Those that the user may open as an officer: only they are named and compared."""
    visible: QuerySet[Application] = others.filter(pk__in=workload.cases_of(user).values("pk"))
    return visible


def same_iin(application: Application, other: Application) -> bool:
    """Whether the IIN makes them alike; otherwise the name and the birth date do."""
    return bool(application.citizen.iin_index) and (
        application.citizen.iin_index == other.citizen.iin_index
    )


def has_other_entry() -> Q:
    """The same question asked of every row of a list, one index a branch."""
    others = Application.objects.exclude(submitted_at=None).exclude(citizen=OuterRef("citizen"))
    by_iin = others.exclude(citizen__iin_index="").filter(
        citizen__iin_index=OuterRef("citizen__iin_index")
    )
    by_name = others.exclude(citizen__name_key="").filter(
        citizen__name_key=OuterRef("citizen__name_key"),
        citizen__birth_date=OuterRef("citizen__birth_date"),
    )
    return Q(Exists(by_iin)) | Q(Exists(by_name))
