"""What a posting gives, for as long as it lasts: nothing has to be taken back afterwards."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import HEAD, OFFICER, Role
from missions.models import Posting, PostingRole

SEES_EVERY_MISSION = "accounts.see_every_mission"
ROLE_OF_POSTING: dict[str, Role] = {PostingRole.OFFICER: OFFICER, PostingRole.HEAD: HEAD}


class PostingBackend(AuthenticationBackend):
    """The portal's only backend: rights come from the group of a standing role (the ministry's)
    and from the postings in force today. Whoever oversees every mission decides at none, whichever
    of the two came first."""

    def get_group_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        granted: set[str] = super().get_group_permissions(user_obj, obj)
        if obj is not None or not user_obj.is_authenticated or not user_obj.is_active:
            return granted
        if SEES_EVERY_MISSION in granted:
            return granted
        held = Posting.objects.current().filter(user=user_obj).values_list("role", flat=True)
        return granted.union(*(ROLE_OF_POSTING[role].permissions for role in held.distinct()))

    @classmethod
    def _stash_user(cls, user: AbstractBaseUser | None) -> AbstractBaseUser | None:
        """A blocked account is answered as by a wrong password; the library would keep whose
        password was right, and lead there."""
        return None
