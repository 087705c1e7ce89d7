"""Which models hold rows about a person, found by their relations and not by a list."""

from django.apps import apps

from accounts.models import User
from missions.models import ForeignMission
from registrations.models import Application, Citizen, ResidencyRecord


def reaches_a_person(model, seen=()) -> bool:
    if model in {Citizen, Application, ResidencyRecord}:
        return True
    forward = [field for field in model._meta.get_fields() if field.is_relation]
    targets = {field.related_model for field in forward if field.concrete} - {None, *seen, model}
    return any(reaches_a_person(target, (*seen, model)) for target in targets)


def is_history(model) -> bool:
    """Written by triggers, read by nobody but the owner of the database."""
    return hasattr(model, "pgh_tracked_model")


PERSONAL = [model for model in apps.get_models() if reaches_a_person(model)]
LIVE = [model for model in PERSONAL if not is_history(model)]
NAMES = {model.__name__ for model in PERSONAL}
# Relations from what everybody may see to personal rows; one's own person is one's own.
ACCESSORS = frozenset(
    relation.get_accessor_name()
    for model in (User, ForeignMission)
    for relation in model._meta.related_objects
    if relation.related_model in PERSONAL and relation.get_accessor_name()
) - {"citizen"}
