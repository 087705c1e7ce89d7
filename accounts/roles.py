"""Who may do what, as code: synced to groups after every migrate (accounts/apps.py)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

    from accounts.models import User


@dataclass(frozen=True)
class Role:
    """``permissions`` are "app.codename"; ``sentence`` says to a person what the role is for."""

    name: str
    sentence: str | Promise
    permissions: frozenset[str] = field(default_factory=frozenset)


_READ_REGISTER = frozenset(
    {
        "accounts.view_addresschange",
        "registrations.view_application",
        "registrations.view_applicationevent",
        "registrations.view_attachment",
        "registrations.view_citizen",
        "registrations.view_residencyrecord",
        "registrations.view_registrationcertificate",
        "missions.view_foreignmission",
        "missions.view_consulardistrict",
        "missions.view_posting",
        "missions.view_missionclosure",
    }
)

OFFICER = Role(
    "consular officer",
    _("Decides applications and issues certificates for the missions of the posting."),
    _READ_REGISTER
    | {
        "registrations.decide_application",
        "registrations.issue_certificate",
    },
)
HEAD = Role(
    "head of consular section",
    _("Does what an officer does, assigns cases and closes the mission on its holidays."),
    OFFICER.permissions
    | {
        "registrations.assign_application",
        "missions.add_missionclosure",
        "missions.change_missionclosure",
        "missions.delete_missionclosure",
    },
)
MINISTRY = Role(
    "ministry",
    _("Sees every mission, corrects the directory, posts officers, reads the log."),
    _READ_REGISTER
    | {
        "accounts.see_every_mission",
        "accounts.view_user",
        "accounts.view_auditevent",
        "accounts.view_outboxmessage",
        "missions.add_foreignmission",
        "missions.change_foreignmission",
        "missions.add_consulardistrict",
        "missions.change_consulardistrict",
        "missions.delete_consulardistrict",
        "missions.add_posting",
        "missions.change_posting",
        "missions.add_missionclosure",
        "missions.change_missionclosure",
        "missions.delete_missionclosure",
    },
)

ROLES = (OFFICER, HEAD, MINISTRY)


def sync_roles(**_signal: Any) -> None:
    """Make the groups say what this file says. A permission no app has yet is left for its app."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.select_related("content_type")
    }
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role.name)
        group.permissions.set([known[name] for name in role.permissions if name in known])


def grant(user: "User", role: Role) -> None:
    """Put the person into the role's group."""
    user.groups.add(_group(role))


def revoke(user: "User", role: Role) -> None:
    user.groups.remove(_group(role))


def _group(role: Role) -> "Group":
    from django.contrib.auth.models import Group

    return Group.objects.get_or_create(name=role.name)[0]
