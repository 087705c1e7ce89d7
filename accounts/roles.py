"""Who may do what, as code.

A standing role is a group, synced after every migrate (accounts/apps.py), and held until it is
taken back. The roles of officers follow from their postings (missions/rights.py).
"""

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
        "registrations.view_application",
        "registrations.view_applicationevent",
        "registrations.view_attachment",
        "registrations.view_citizen",
        "registrations.view_residencyrecord",
        "registrations.view_registrationcertificate",
        "registrations.view_changerequest",
        "registrations.view_certificaterequest",
        "registrations.view_departurenotice",
        "registrations.view_helprequest",
        "registrations.view_votingrequest",
        "missions.view_foreignmission",
        "missions.view_consulardistrict",
        "missions.view_posting",
        "missions.view_missionclosure",
        "missions.view_countryadvice",
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
    _("Does what an officer does, assigns cases, closes the mission, writes the country's advice."),
    OFFICER.permissions
    | {
        "registrations.assign_application",
        "missions.add_missionclosure",
        "missions.change_missionclosure",
        "missions.delete_missionclosure",
        "missions.add_countryadvice",
        "missions.change_countryadvice",
    },
)
MINISTRY = Role(
    "ministry",
    _("Sees every mission, corrects the directory, posts officers, reads the log."),
    _READ_REGISTER
    | {
        "accounts.see_every_mission",
        "accounts.view_user",
        "accounts.add_user",
        "accounts.view_auditevent",
        "accounts.view_outboxmessage",
        "accounts.view_backgroundtask",
        "missions.add_foreignmission",
        "missions.change_foreignmission",
        "missions.add_consulardistrict",
        "missions.change_consulardistrict",
        "missions.add_posting",
        "missions.change_posting",
        "missions.add_missionclosure",
        "missions.change_missionclosure",
        "missions.add_countryadvice",
        "missions.change_countryadvice",
        "missions.delete_missionclosure",
    },
)

STANDING_ROLES = (MINISTRY,)
POSTING_ROLES = (OFFICER, HEAD)
ROLES = (*POSTING_ROLES, *STANDING_ROLES)


def sync_roles(**_signal: Any) -> None:
    """Make the groups say what this file says. A permission no app has yet is left for its app."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.select_related("content_type")
    }
    Group.objects.filter(name__in=[role.name for role in POSTING_ROLES]).delete()
    for role in STANDING_ROLES:
        group, _created = Group.objects.get_or_create(name=role.name)
        group.permissions.set([known[name] for name in role.permissions if name in known])


def grant(user: "User", role: Role) -> None:
    """Put the person into the group of a standing role."""
    user.groups.add(_group(role))


def revoke(user: "User", role: Role) -> None:
    user.groups.remove(_group(role))


def _group(role: Role) -> "Group":
    from django.contrib.auth.models import Group

    return Group.objects.get_or_create(name=role.name)[0]
