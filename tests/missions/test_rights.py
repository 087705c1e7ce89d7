"""What a posting gives, and that nothing of it is left over."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from accounts.roles import HEAD, MINISTRY, OFFICER, grant, sync_roles
from missions.calendar import local_date
from missions.models import Posting, PostingRole
from missions.services import end_posting, post_officer
from tests.factories.accounts import UserFactory
from tests.factories.missions import MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
CLOSE = "/admin/missions/missionclosure/add/"


def posted(first, last=None, role=PostingRole.OFFICER, user=None):
    mission = MissionFactory()
    today = local_date(mission, timezone.now())
    posting = post_officer(
        user=user or UserFactory(officer=True),
        mission=mission,
        role=role,
        starts_on=today + timedelta(days=first),
        ends_on=None if last is None else today + timedelta(days=last),
        actor=None,
    )
    return posting.user


def rights(user):
    return User.objects.get(pk=user.pk).get_all_permissions()


@pytest.mark.parametrize(
    ("first", "last", "given"),
    [
        (0, None, OFFICER.permissions),
        (-9, 0, OFFICER.permissions),
        (-9, -1, frozenset()),
        (1, None, frozenset()),
    ],
)
def test_rights_last_as_long_as_the_posting(first, last, given):
    assert rights(posted(first, last)) == given


def test_head_has_the_rights_of_a_head():
    assert rights(posted(0, role=PostingRole.HEAD)) == HEAD.permissions


def test_one_posting_that_ends_leaves_those_of_the_other():
    officer = posted(-9, -1, role=PostingRole.HEAD)
    posted(0, user=officer)
    assert rights(officer) == OFFICER.permissions


def test_ministry_has_its_role_without_a_posting():
    sync_roles()
    ministry = UserFactory(officer=True)
    grant(ministry, MINISTRY)
    assert rights(ministry) == MINISTRY.permissions


def test_account_that_may_not_sign_in_has_no_rights():
    officer = posted(0)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert rights(officer) == set()


def test_groups_of_former_releases_give_nothing():
    officer = posted(-9, -1, role=PostingRole.HEAD)
    officer.groups.add(Group.objects.create(name=HEAD.name))
    sync_roles()
    assert rights(officer) == set()
    assert [group.name for group in Group.objects.all()] == [MINISTRY.name]


@pytest.mark.parametrize(("last", "status"), [(None, 200), (0, 200), (-1, 403)])
def test_closure_page_opens_to_who_heads_a_section_today(last, status):
    head = posted(-9, last, role=PostingRole.HEAD)
    client = signed_in(head)
    assert client.get(CLOSE).status_code == status
    assert client.get("/admin/").status_code == status


def test_officer_whose_posting_begins_tomorrow_does_not_come_in_today():
    assert signed_in(posted(1)).get("/admin/").status_code == 403


def test_session_open_when_the_posting_ends_is_of_no_use():
    officer = posted(-9)
    client = signed_in(officer)
    assert client.get("/admin/").status_code == 200
    posting = Posting.objects.get(user=officer)
    yesterday = local_date(posting.mission, timezone.now()) - timedelta(days=1)
    end_posting(posting, on=yesterday, actor=None)
    assert client.get("/admin/").status_code == 403


def test_officer_who_comes_to_the_ministry_decides_no_more():
    """The posting was made first and runs on."""
    sync_roles()
    officer = posted(0)
    grant(officer, MINISTRY)
    assert rights(officer) == MINISTRY.permissions
    assert Posting.objects.current().filter(user=officer).exists()
