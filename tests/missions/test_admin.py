"""The directory, the postings and the closures as the ministry and the missions keep them."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.roles import MINISTRY, grant
from missions.calendar import local_date
from missions.models import (
    ConsularDistrict,
    ForeignMission,
    MissionClosure,
    Posting,
    PostingRole,
)
from missions.services import post_officer
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
ADMIN = "/admin/missions"


@pytest.fixture
def ministry(cast):
    return signed_in(cast.ministry)


@pytest.fixture
def head(cast):
    """Heads the section here and is an officer there."""
    officer = UserFactory(officer=True)
    for mission, role in ((cast.here, PostingRole.HEAD), (cast.there, PostingRole.OFFICER)):
        post_officer(
            user=officer, mission=mission, role=role, starts_on=date(2020, 1, 1), actor=None
        )
    return officer


def typed(mission, **changes):
    """What the browser sends for the mission's form."""
    values = {
        "kind": mission.kind,
        "is_open": "on",
        "provides_consular_services": mission.provides_consular_services,
        "working_week": [str(day) for day in mission.working_week],
        "closes_at": "18:00",
        **{
            name: getattr(mission, name)
            for name in ("name_kk", "name_ru", "name_en", "country", "city_en", "timezone", "phone")
        },
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def codes_of(page):
    """The error codes the page shows, by field."""
    errors = page.context["adminform"].form.errors.as_data()
    return {field: [error.code for error in found] for field, found in errors.items()}


def edit(client, mission, **changes):
    return client.post(f"{ADMIN}/foreignmission/{mission.pk}/change/", typed(mission, **changes))


def test_ministry_confirms_the_contacts_by_a_tick(cast, ministry):
    assert edit(ministry, cast.here, contacts_confirmed="on").status_code == 302
    cast.here.refresh_from_db()
    assert cast.here.contact_confirmed_by == cast.ministry
    assert set(cast.here.edited_fields) >= {"phone", "duty_phone", "address", "email"}
    event = AuditEvent.objects.get(action="mission.edited")
    assert event.details == {"fields": [], "contacts_confirmed": True}


def test_edited_contacts_without_the_tick_stay_unconfirmed(cast, ministry):
    edit(ministry, cast.here, phone="+49 30 1")
    cast.here.refresh_from_db()
    assert (cast.here.phone, cast.here.contacts_are_confirmed) == ("+49 30 1", False)
    assert cast.here.edited_fields == ["phone"]


def test_tick_taken_away_hides_the_contacts_again(cast, ministry):
    edit(ministry, cast.here, contacts_confirmed="on")
    edit(ministry, cast.here)
    cast.here.refresh_from_db()
    assert (cast.here.contact_confirmed_at, cast.here.contact_confirmed_by) == (None, None)


def test_contacts_edited_under_the_tick_are_confirmed_anew(cast, ministry):
    edit(ministry, cast.here, contacts_confirmed="on")
    before = ForeignMission.objects.get(pk=cast.here.pk).contact_confirmed_at
    edit(ministry, cast.here, contacts_confirmed="on", notes="seen")
    assert ForeignMission.objects.get(pk=cast.here.pk).contact_confirmed_at == before
    edit(ministry, cast.here, contacts_confirmed="on", phone="+49 30 2")
    assert ForeignMission.objects.get(pk=cast.here.pk).contact_confirmed_at > before


def test_working_week_is_ticked_day_by_day(cast, ministry):
    edit(ministry, cast.here, working_week=["6", "0", "1"])
    assert sorted(ForeignMission.objects.get(pk=cast.here.pk).working_week) == [0, 1, 6]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"working_week": []}, "working_week", "required"),
        ({"working_week": ["7"]}, "working_week", "invalid_choice"),
        ({"timezone": "Mars/Base"}, "timezone", "invalid_choice"),
        ({"country": "QQ"}, "country", "invalid_choice"),
        ({"name_kk": ""}, "name_kk", "required"),
    ],
)
def test_what_would_break_the_directory_is_refused(cast, ministry, changes, field, code):
    assert codes_of(edit(ministry, cast.here, **changes)) == {field: [code]}


def test_codes_of_a_mission_never_change(cast, ministry):
    edit(ministry, cast.here, code="other", register_code="XXXXX")
    cast.here.refresh_from_db()
    assert (cast.here.code, cast.here.register_code) == ("embassy-berlin", "DEBER")


def test_ministry_opens_a_new_mission(cast, ministry):
    answer = ministry.post(
        f"{ADMIN}/foreignmission/add/",
        typed(cast.here, code="embassy-lagos", register_code="NGLAG", country="NG"),
    )
    assert answer.status_code == 302
    assert ForeignMission.objects.get(code="embassy-lagos").country == "NG"


def test_officers_read_the_directory_and_change_nothing(cast):
    officer = signed_in(cast.officer_here)
    assert officer.get(f"{ADMIN}/foreignmission/{cast.here.pk}/change/").status_code == 200
    assert edit(officer, cast.here, phone="+49 30 1").status_code == 403
    assert ForeignMission.objects.get(pk=cast.here.pk).phone == ""


def test_nothing_of_the_directory_is_deleted(cast, ministry):
    district = ConsularDistrict.objects.first()
    for path in (
        f"{ADMIN}/foreignmission/{cast.here.pk}/delete/",
        f"{ADMIN}/consulardistrict/{district.pk}/delete/",
        f"{ADMIN}/posting/{Posting.objects.first().pk}/delete/",
    ):
        assert ministry.post(path, {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [district.pk], "post": "yes"}
    ministry.post(f"{ADMIN}/consulardistrict/", action)
    assert ConsularDistrict.objects.filter(pk=district.pk).exists()


@pytest.mark.parametrize("word", ["Германия", "Germany", "ФРГ", "embassy-ber"])
def test_directory_is_searched_by_the_name_of_the_country(cast, ministry, word):
    page = ministry.get(f"{ADMIN}/foreignmission/", {"q": word})
    assert [mission.code for mission in page.context["cl"].result_list] == ["embassy-berlin"]


def test_edited_district_is_marked_and_logged(cast, ministry):
    district = ConsularDistrict.objects.get(country="DE")
    answer = ministry.post(
        f"{ADMIN}/consulardistrict/{district.pk}/change/",
        {"country": "DE", "mission": cast.there.pk, "basis": "default"},
    )
    district.refresh_from_db()
    assert answer.status_code == 302
    assert (district.mission, district.is_in_force, district.edited) == (cast.there, False, True)
    assert AuditEvent.objects.get(action="district.edited").actor_email == cast.ministry.email


@pytest.mark.parametrize("missing", ["region_name", "region_kk", "region_ru"])
def test_region_is_named_in_three_languages(cast, ministry, missing):
    region = {
        "country": "DE",
        "region_code": "DE-HE",
        "region_name": "Hessen",
        "region_kk": "Гессен",
        "region_ru": "Гессен",
        "mission": cast.here.pk,
        "basis": "seat",
        "is_in_force": "on",
    }
    page = ministry.post(f"{ADMIN}/consulardistrict/add/", region | {missing: ""})
    assert list(codes_of(page)) == [missing]
    assert ministry.post(f"{ADMIN}/consulardistrict/add/", region).status_code == 302


def in_days(days, mission):
    return (local_date(mission, timezone.now()) + timedelta(days=days)).isoformat()


def posting_of(user, mission, **changes):
    return {
        "user": user.pk,
        "mission": mission.pk,
        "role": "officer",
        "post": "Consul",
        "starts_on": "2026-01-01",
        **changes,
    }


def test_ministry_posts_an_officer_for_a_time(cast, ministry):
    officer = UserFactory(officer=True)
    last = in_days(30, cast.here)
    answer = ministry.post(f"{ADMIN}/posting/add/", posting_of(officer, cast.here, ends_on=last))
    assert answer.status_code == 302
    assert Posting.objects.get(user=officer).ends_on.isoformat() == last
    event = AuditEvent.objects.filter(action="posting.started").latest("id")
    assert event.actor_email == cast.ministry.email


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"starts_on": "2026-02-01"}, {"__all__": ["overlap"]}),
        ({"starts_on": "2019-01-01", "ends_on": "2026-02-01"}, {"__all__": ["overlap"]}),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-31"}, {"ends_on": ["order"]}),
    ],
)
def test_posting_that_cannot_be_is_told_on_the_page(cast, ministry, changes, codes):
    answer = ministry.post(
        f"{ADMIN}/posting/add/", posting_of(cast.officer_here, cast.here, **changes)
    )
    assert codes_of(answer) == codes
    assert Posting.objects.filter(user=cast.officer_here).count() == 1


def test_citizens_are_not_posted(cast, ministry):
    page = ministry.post(f"{ADMIN}/posting/add/", posting_of(cast.citizen, cast.here))
    assert codes_of(page) == {"user": ["invalid_choice"]}


@pytest.mark.parametrize("role", ["officer", "head"])
def test_ministry_posts_neither_himself_nor_a_colleague(cast, ministry, role):
    """Whoever oversees would decide, and see to it that he may."""
    colleague = UserFactory(officer=True)
    grant(colleague, MINISTRY)
    pages = [
        ministry.post(f"{ADMIN}/posting/add/", posting_of(user, cast.here, role=role))
        for user in (cast.ministry, colleague)
    ]
    assert [codes_of(page) for page in pages] == [{"user": ["oneself"]}, {"user": ["ministry"]}]
    assert not Posting.objects.filter(user__in=[cast.ministry, colleague]).exists()


def test_nobody_at_the_machine_posts_himself(cast):
    keeper = UserFactory(officer=True, is_superuser=True)
    page = signed_in(keeper).post(f"{ADMIN}/posting/add/", posting_of(keeper, cast.here))
    assert codes_of(page) == {"user": ["oneself"]}
    assert not keeper.postings.exists()


def end(client, posting, day):
    return client.post(
        f"{ADMIN}/posting/{posting.pk}/change/", {"post": posting.post, "ends_on": day}
    )


def test_ended_posting_takes_the_access_and_is_logged(cast, ministry):
    posting = Posting.objects.get(user=cast.officer_here)
    officer = signed_in(cast.officer_here)
    end(ministry, posting, in_days(0, cast.here))
    assert officer.get("/admin/").status_code == 200
    end(ministry, posting, in_days(-1, cast.here))
    assert officer.get("/admin/").status_code == 403
    events = AuditEvent.objects.filter(action="posting.ended")
    assert [event.actor_email for event in events] == [cast.ministry.email] * 2


def test_posting_that_is_over_is_not_reopened(cast, ministry):
    posting = Posting.objects.get(user=cast.officer_here)
    end(ministry, posting, in_days(-1, cast.here))
    end(ministry, posting, in_days(30, cast.here))
    posting.refresh_from_db()
    assert posting.ends_on.isoformat() == in_days(-1, cast.here)


@pytest.mark.parametrize(
    ("day", "codes"),
    [("2019-12-31", {"ends_on": ["order"]}), ("", {"ends_on": ["required"]})],
)
def test_last_day_that_makes_no_sense_is_refused(cast, ministry, day, codes):
    posting = Posting.objects.get(user=cast.officer_here)
    last = in_days(9, cast.here)
    end(ministry, posting, last)
    assert codes_of(end(ministry, posting, day)) == codes
    posting.refresh_from_db()
    assert posting.ends_on.isoformat() == last


def test_longer_posting_that_runs_into_the_next_is_refused(cast, ministry):
    posting = Posting.objects.get(user=cast.officer_here)
    end(ministry, posting, in_days(9, cast.here))
    ministry.post(
        f"{ADMIN}/posting/add/",
        posting_of(cast.officer_here, cast.here, starts_on=in_days(10, cast.here)),
    )
    assert codes_of(end(ministry, posting, in_days(10, cast.here))) == {"__all__": ["overlap"]}


def test_post_is_corrected_without_touching_the_rest(cast, ministry):
    posting = Posting.objects.get(user=cast.officer_here)
    ministry.post(
        f"{ADMIN}/posting/{posting.pk}/change/",
        {"post": "First Secretary", "role": "head", "starts_on": "2030-01-01"},
    )
    posting.refresh_from_db()
    assert (posting.post, posting.role, posting.starts_on) == (
        "First Secretary",
        "officer",
        date(2020, 1, 1),
    )
    assert posting.ends_on is None


def test_officers_post_nobody(cast, head):
    for officer in (cast.officer_here, head):
        client = signed_in(officer)
        assert client.post(
            f"{ADMIN}/posting/add/", posting_of(officer, cast.there)
        ).status_code == 403  # fmt: skip
        posting = Posting.objects.filter(user=officer).first()
        assert end(client, posting, in_days(30, cast.here)).status_code == 403


def closure_of(mission):
    return {"mission": mission.pk, "starts_on": "2026-12-31", "ends_on": "2027-01-02", "reason": ""}


def test_head_closes_his_own_mission(cast, head):
    answer = signed_in(head).post(f"{ADMIN}/missionclosure/add/", closure_of(cast.here))
    closure = MissionClosure.objects.get()
    assert (answer.status_code, closure.mission) == (302, cast.here)
    event = AuditEvent.objects.get(action="closure.saved")
    assert (event.actor_email, event.mission) == (head.email, cast.here.code)


def test_head_closes_no_other_mission(cast, head):
    """Not even one where he works as an officer."""
    client = signed_in(head)
    page = client.post(f"{ADMIN}/missionclosure/add/", closure_of(cast.there))
    assert codes_of(page) == {"mission": ["invalid_choice"]}
    theirs = MissionClosure.objects.create(
        mission=cast.there, starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 2)
    )
    change = client.post(f"{ADMIN}/missionclosure/{theirs.pk}/change/", closure_of(cast.here))
    delete = client.post(f"{ADMIN}/missionclosure/{theirs.pk}/delete/", {"post": "yes"})
    assert (change.status_code, delete.status_code) == (403, 403)
    assert MissionClosure.objects.get().mission == cast.there


def test_head_moves_no_closure_to_another_mission(cast, head):
    client = signed_in(head)
    client.post(f"{ADMIN}/missionclosure/add/", closure_of(cast.here))
    own = MissionClosure.objects.get()
    client.post(f"{ADMIN}/missionclosure/{own.pk}/change/", closure_of(cast.there))
    own.refresh_from_db()
    assert own.mission == cast.here


def test_head_takes_his_closure_back(cast, head):
    client = signed_in(head)
    client.post(f"{ADMIN}/missionclosure/add/", closure_of(cast.here))
    client.post(
        f"{ADMIN}/missionclosure/{MissionClosure.objects.get().pk}/delete/", {"post": "yes"}
    )
    assert MissionClosure.objects.count() == 0
    assert AuditEvent.objects.get(action="closure.removed").actor_email == head.email


def test_officers_see_the_closures_of_their_missions_and_add_none(cast):
    for mission in (cast.here, cast.there):
        MissionClosure.objects.create(
            mission=mission, starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 2)
        )
    client = signed_in(cast.officer_here)
    listed = client.get(f"{ADMIN}/missionclosure/").context["cl"].result_list
    assert [closure.mission for closure in listed] == [cast.here]
    assert client.post(f"{ADMIN}/missionclosure/add/", closure_of(cast.here)).status_code == 403


def test_closure_that_ends_before_it_starts_is_refused(cast, ministry):
    page = ministry.post(
        f"{ADMIN}/missionclosure/add/", closure_of(cast.here) | {"ends_on": "2026-12-30"}
    )
    assert codes_of(page) == {"__all__": ["order"]}


def test_ministry_closes_any_mission(cast, ministry):
    for mission in (cast.here, cast.there):
        ministry.post(f"{ADMIN}/missionclosure/add/", closure_of(mission))
    assert MissionClosure.objects.count() == 2


def test_officers_see_the_postings_of_their_colleagues_alone(cast):
    listed = signed_in(cast.officer_here).get(f"{ADMIN}/posting/").context["cl"].result_list
    assert {posting.user for posting in listed} == {cast.officer_here, cast.second_officer_here}


def suggestions(client, field):
    return client.get(
        "/admin/autocomplete/",
        {
            "app_label": field.model._meta.app_label,
            "model_name": field.model._meta.model_name,
            "field_name": field.name,
        },
    )


def foreign_keys(to=None):
    return [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.many_to_one
        and field.concrete
        and admin.site.is_registered(field.related_model)
        and (to is None or field.related_model is to)
    ]


def test_autocomplete_tells_officers_of_no_account(cast):
    client = signed_in(cast.officer_there)
    answers = {suggestions(client, field).status_code for field in foreign_keys(User)}
    assert answers == {403}


def test_autocomplete_leaks_nothing_of_another_mission(cast):
    """Whatever list stands behind a foreign key, officer_there finds nobody of Berlin in it."""
    made.registered(cast.here, cast.officer_here)
    client = signed_in(cast.officer_there)
    leaked = []
    for field in foreign_keys():
        rows = field.related_model._default_manager.all()
        if not hasattr(rows, "visible_to"):
            continue
        answer = suggestions(client, field)
        shown = answer.json()["results"] if answer.status_code == 200 else []
        visible = {
            str(pk) for pk in rows.visible_to(cast.officer_there).values_list("pk", flat=True)
        }
        leaked += [(str(field), one) for one in shown if one["id"] not in visible]
    assert leaked == []


def test_autocomplete_offers_the_ministry_staff_and_not_citizens(cast, ministry):
    field = Posting._meta.get_field("user")
    offered = {int(one["id"]) for one in suggestions(ministry, field).json()["results"]}
    assert offered == set(User.objects.filter(is_staff=True).values_list("pk", flat=True))
