"""A represented child grows up: asked at 16, asked before 18, on its own at the midnight of 18."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.models import AuditEvent, OutboxMessage, User
from registrations.enums import (
    ApplicationStatus,
    Capacity,
    DeregistrationGround,
    RequestState,
)
from registrations.models import (
    Application,
    CertificateRequest,
    ChangeRequest,
    Citizen,
    ComingOfAge,
    Confirmation,
    DepartureNotice,
    LegalRepresentative,
    ResidencyRecord,
    TravelDocument,
)
from registrations.services import (
    certificate_requests,
    coming_of_age,
    lifecycle,
    links,
    taking_over,
)
from registrations.services.representation import PROOF_CHECKED, birthday, comes_of_age_at
from tests.clock import at, due_work_at, kinds, moment
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.missions import MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
OWN = "young@example.org"


def child(cast, born, *, on="2027-01-15 12:00", zone="Europe/Berlin", **traits):
    """The entry of a child whom the cast's citizen represents."""
    with at(on, zone):
        record = made.registered(
            traits.pop("mission", cast.here),
            cast.officer_here,
            account=cast.citizen,
            capacity=Capacity.PARENT,
            iin="",
            birth_date=born,
            **traits,
        )
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    return record


def mission_in(cast, zone):
    mission = MissionFactory(timezone=zone)
    cast.officer_here.postings.create(mission=mission, role="officer", starts_on=date(2020, 1, 1))
    return mission


def about(record):
    return kinds(reference=record.number)


def keep_confirmed(record, on):
    """So that the yearly question does not come into the way."""
    ResidencyRecord.objects.filter(pk=record.pk).update(last_confirmed_at=moment(on))


def sees(cast, record):
    return ResidencyRecord.objects.visible_to(cast.citizen).filter(pk=record.pk).exists()


# --- 16 -------------------------------------------------------------------------------------


def test_own_document_is_asked_for_once_at_sixteen(cast):
    record = child(cast, date(2011, 6, 10))
    due_work_at("2027-06-10 07:59")
    assert about(record) == []
    due_work_at("2027-06-10 08:00")
    due_work_at("2027-06-11 08:00")
    assert about(record) == ["own_document_wanted"]
    assert OutboxMessage.objects.latest("id").recipient == cast.citizen.email


def test_who_was_registered_at_sixteen_is_not_asked(cast):
    record = child(cast, date(2011, 1, 10))
    due_work_at("2027-01-16 09:00")
    assert about(record) == []
    assert ComingOfAge.objects.get().own_document_asked_at is not None


def test_late_round_asks_a_seventeen_year_old_once(cast):
    record = child(cast, date(2011, 2, 1))
    keep_confirmed(record, "2028-01-01 12:00")
    due_work_at("2028-03-01 09:00")
    due_work_at("2028-03-01 09:15")
    assert about(record) == ["own_document_wanted"]


def test_own_account_is_not_treated_as_a_child(cast):
    with at("2027-01-15 12:00"):
        record = made.registered(cast.here, cast.officer_here, birth_date=date(2011, 6, 10))
    due_work_at("2027-06-10 09:00")
    assert "own_document_wanted" not in about(record)


# --- Before 18 ---------------------------------------------------------------------------------


def test_own_address_is_asked_for_sixty_days_before(cast):
    record = child(cast, date(2009, 6, 10))
    due_work_at("2027-04-10 09:00")
    assert about(record) == []
    due_work_at("2027-04-11 09:00")
    due_work_at("2027-04-12 09:00")
    assert about(record) == ["own_address_wanted"]
    body = OutboxMessage.objects.latest("id").body_text
    assert "10 June 2027" in body
    assert f"/en/account/{record.public_id}/coming-of-age/" in body


def test_known_address_is_not_asked_for(cast):
    record = child(cast, date(2009, 6, 10))
    with at("2027-02-01 09:00"):
        taking_over.set_address(record, email=OWN, actor=cast.citizen)
    due_work_at("2027-04-11 09:00")
    assert about(record) == []


def test_representative_writes_the_address_down(cast):
    record = child(cast, date(2009, 6, 10))
    page = f"/en/account/{record.public_id}/coming-of-age/"
    with at("2027-04-12 09:00"):
        parent = signed_in(cast.citizen)
        assert "10 June 2027" in parent.get(page).content.decode()
        own = parent.post(page, {"email": cast.citizen.email.upper()})
        assert own.context["form"].errors.as_data()["email"][0].code == "representative"
        assert parent.post(page, {"email": "no"}).context["form"].errors
        done = parent.post(page, {"email": OWN.title()})
    assert done.url == f"/en/account/{record.public_id}/"
    assert ComingOfAge.objects.get().email == OWN
    assert AuditEvent.objects.filter(action="coming_of_age.address_set").count() == 1
    assert OWN not in str(AuditEvent.objects.latest("id").details)


@pytest.mark.parametrize(
    ("parents", "typed"),
    [
        ("parent@example.com", "parent@ｅxample.com"),
        ("parent@example.com", '"p\\arent"@example.com'),
        ("parent@ｅxample.com", "parent@example.com"),
    ],
)
def test_parents_mailbox_is_not_the_childs_in_any_spelling(cast, parents, typed):
    User.objects.filter(pk=cast.citizen.pk).update(email=parents)
    record = child(cast, date(2009, 6, 10))
    with at("2027-04-12 09:00"):
        answer = signed_in(cast.citizen).post(
            f"/en/account/{record.public_id}/coming-of-age/", {"email": typed}
        )
    errors = answer.context["form"].errors.as_data()["email"]
    assert [error.code for error in errors] == ["representative"]
    assert ComingOfAge.objects.exclude(email="").count() == 0


def test_representative_learns_of_no_other_account(cast):
    record = child(cast, date(2009, 6, 10))
    with at("2027-04-12 09:00"):
        made.submitted(cast.here, account=cast.other_citizen)
        known = taking_over.set_address(record, email=cast.other_citizen.email, actor=cast.citizen)
        unknown = taking_over.set_address(record, email="nobody@example.org", actor=cast.citizen)
    assert known.pk == unknown.pk


def test_address_page_is_for_those_who_act(cast):
    record = child(cast, date(2009, 6, 10))
    page = f"/en/account/{record.public_id}/coming-of-age/"
    with at("2027-04-12 09:00"):
        for stranger in (cast.other_citizen, cast.officer_here, cast.ministry):
            assert signed_in(stranger).get(page).status_code == 404
    with at("2027-06-10 00:00"):
        assert signed_in(cast.citizen).get(page).status_code == 404
        assert signed_in(cast.citizen).post(page, {"email": OWN}).status_code == 404


def test_young_child_has_no_address_page(cast):
    record = child(cast, date(2015, 6, 10))
    with at("2027-04-12 09:00"):
        page = signed_in(cast.citizen).get(f"/en/account/{record.public_id}/coming-of-age/")
    assert page.status_code == 404


# --- 18: access ends at the mission's midnight ---------------------------------------------------


@pytest.mark.parametrize(
    ("born", "zone", "ends"),
    [
        (date(2009, 6, 10), "Europe/Berlin", datetime(2027, 6, 9, 22, 0, tzinfo=UTC)),
        (date(2009, 6, 10), "Pacific/Auckland", datetime(2027, 6, 9, 12, 0, tzinfo=UTC)),
        (date(2009, 6, 10), "Asia/Tokyo", datetime(2027, 6, 9, 15, 0, tzinfo=UTC)),
        (date(2009, 12, 10), "America/Los_Angeles", datetime(2027, 12, 10, 8, 0, tzinfo=UTC)),
        # Auckland ahead by 13 hours in its summer.
        (date(2009, 12, 10), "Pacific/Auckland", datetime(2027, 12, 9, 11, 0, tzinfo=UTC)),
        # Born on 29 February: in a common year on 1 March, in a leap year on the day.
        (date(2008, 2, 29), "Europe/Berlin", datetime(2026, 2, 28, 23, 0, tzinfo=UTC)),
        # The night in which the clocks go forward: midnight is still winter time.
        (date(2009, 3, 28), "Europe/Berlin", datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
        # Havana goes back at one in the morning: there are two midnights, the first counts.
        (date(2009, 11, 7), "America/Havana", datetime(2027, 11, 7, 4, 0, tzinfo=UTC)),
        # Cairo goes forward at midnight: the day begins at one o'clock summer time.
        (date(2009, 4, 30), "Africa/Cairo", datetime(2027, 4, 29, 22, 0, tzinfo=UTC)),
    ],
)
def test_midnight_of_coming_of_age(born, zone, ends):
    assert comes_of_age_at(born, MissionFactory.build(timezone=zone)) == ends


def test_born_on_the_leap_day():
    assert birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert birthday(date(2010, 2, 28), 18) == date(2028, 2, 28)
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Tokyo", "America/Los_Angeles"])
def test_representative_sees_and_acts_until_the_midnight(cast, zone):
    record = child(cast, date(2009, 12, 10), zone=zone, mission=mission_in(cast, zone))
    entry = f"/en/account/{record.public_id}/"
    with at("2027-12-09 23:59:59", zone):
        assert sees(cast, record)
        parent = signed_in(cast.citizen)
        assert parent.get(entry).status_code == 200
        assert parent.post(f"{entry}confirm/").status_code == 302
    with at("2027-12-10 00:00", zone):
        assert not sees(cast, record)
        assert parent.get(entry).status_code == 404
        assert parent.post(f"{entry}confirm/").status_code == 404
        assert not lifecycle.acts_for_citizen(cast.citizen, record.application)


def test_term_is_set_when_the_application_is_sent(cast):
    with at("2027-01-15 12:00"):
        application = made.submitted(
            cast.here, account=cast.citizen, capacity="parent", iin="", birth_date=date(2009, 6, 10)
        )
    term = application.citizen.representatives.get().ends_at
    assert term == datetime(2027, 6, 9, 22, 0, tzinfo=UTC)


def test_draft_for_a_child_who_grew_up_is_not_sent(cast):
    with at("2027-06-01 12:00"):
        draft = made.draft(
            cast.here, account=cast.citizen, capacity="parent", iin="", birth_date=date(2009, 6, 10)
        )
    with at("2027-06-10 12:00"):
        parent = signed_in(cast.citizen)
        answer = parent.post(
            f"/en/register/{draft.public_id}/send/", {"consent": "on", "declaration": "on"}
        )
    draft.refresh_from_db()
    assert (answer.url, draft.status) == ("/en/account/", ApplicationStatus.DRAFT)
    assert draft.consents.count() == 0


# --- 18: the invitation ---------------------------------------------------------------------------


def grown(cast, *, email=OWN, born=date(2009, 6, 10), **traits):
    """The entry at the first round after the midnight."""
    record = child(cast, born, **traits)
    with at("2027-04-12 09:00"):
        if email:
            taking_over.set_address(record, email=email, actor=cast.citizen)
    due_work_at("2027-06-10 00:05")
    record.refresh_from_db()
    return record


def test_invited_at_midnight_in_the_language_of_the_family(cast):
    cast.citizen.language = "kk"
    cast.citizen.save()
    record = child(cast, date(2009, 6, 10))
    with at("2027-04-12 09:00"):
        taking_over.set_address(record, email=OWN, actor=cast.citizen)
    due_work_at("2027-06-09 23:59")
    assert about(record) == []
    due_work_at("2027-06-10 00:00")
    due_work_at("2027-06-10 00:15")
    invitation = OutboxMessage.objects.latest("id")
    assert about(record) == ["coming_of_age"]
    assert (invitation.recipient, invitation.language, invitation.user) == (OWN, "kk", None)
    assert "/kk/account/take-over/" in invitation.body_text
    assert "still-here" not in invitation.body_text
    record.refresh_from_db()
    assert record.unconfirmed_since is None


def test_young_person_takes_the_entry_over(cast):
    record = grown(cast)
    own = UserFactory(email=OWN)
    with at("2027-06-12 18:00"):
        young = signed_in(own)
        assert record.number in young.get("/en/account/take-over/").content.decode()
        done = young.post(f"/en/account/{record.public_id}/take-over/")
        assert done.url == f"/en/account/{record.public_id}/"
        assert young.get(done.url).status_code == 200
        assert signed_in(cast.citizen).get(done.url).status_code == 404
    record.refresh_from_db()
    assert record.citizen.account == own
    assert record.last_confirmed_at == moment("2027-06-12 18:00")
    assert Confirmation.objects.get().confirmed_at == moment("2027-06-12 18:00")
    assert ComingOfAge.objects.get().taken_over_at == moment("2027-06-12 18:00")
    assert AuditEvent.objects.filter(action="record.taken_over").count() == 1
    due_work_at("2027-07-20 09:00")
    assert about(record) == ["coming_of_age"]


def test_second_press_on_take_over_leads_to_the_own_entry(cast):
    record = grown(cast)
    own = UserFactory(email=OWN)
    with at("2027-06-12 18:00"):
        young = signed_in(own)
        pressed = [young.post(f"/en/account/{record.public_id}/take-over/") for _each in range(2)]
    assert [answer.url for answer in pressed] == [f"/en/account/{record.public_id}/"] * 2
    assert AuditEvent.objects.filter(action="record.taken_over").count() == 1


def test_language_on_the_contact_page_is_the_young_persons_afterwards(cast):
    record = grown(cast)
    own = UserFactory(email=OWN, language="kk")
    with at("2027-06-12 18:00"):
        taking_over.take_over(record, actor=own)
        page = f"/en/account/{record.public_id}/details/contact/"
        young = signed_in(own)
        assert young.get(page).context["form"].initial["language"] == "kk"
        young.post(page, {"phone": "+49 151 23456789", "language": "ru"})
    own.refresh_from_db()
    cast.citizen.refresh_from_db()
    assert (own.language, cast.citizen.language) == ("ru", "en")


def test_messages_go_to_the_young_person_afterwards(cast):
    record = grown(cast)
    own = UserFactory(email=OWN)
    with at("2027-06-12 18:00"):
        taking_over.take_over(record, actor=own)
        lifecycle.deregister(
            record.application,
            actor=cast.officer_here,
            ground=DeregistrationGround.OWN_APPLICATION,
        )
    last = OutboxMessage.objects.latest("id")
    assert (last.kind, last.recipient) == ("removed_from_register", OWN)


def test_officers_are_pointed_to_the_young_person_afterwards(cast):
    record = grown(cast)
    own = UserFactory(email=OWN, language="kk")
    case = f"/admin/registrations/application/{record.application.public_id}"
    with at("2027-06-12 18:00"):
        taking_over.take_over(record, actor=own)
        User.objects.filter(pk=own.pk).update(mail_refused_at=timezone.now())
        officer = signed_in(cast.officer_here)
        by_address = [
            officer.get("/admin/registrations/application/", {"q": email, "task": "all"})
            for email in (OWN, cast.citizen.email)
        ]
        page = officer.get(f"{case}/change/").context
        preview = officer.post(
            f"{case}/deregister/",
            {"ground": "stay_ended", "seen_version": page["application"].version},
        ).content.decode()
        certificate_requests.apply(record, purpose="", addressee="", with_english=False, actor=own)
        lifecycle.deregister(
            record.application,
            actor=cast.officer_here,
            ground=DeregistrationGround.STAY_ENDED,
        )
    assert [answer.status_code for answer in by_address] == [302, 200]
    assert by_address[1].context["cl"].result_count == 0
    assert "mail_refused" in {caution.code for caution in page["cautions"]}
    assert 'class="mail" lang="kk"' in preview
    with override("kk"):
        said = gettext("The entry was closed before this was settled. It ended with the entry.")
    assert CertificateRequest.objects.get().answer == said


def test_invitation_unanswered_is_reminded_of_and_makes_unconfirmed(cast):
    record = grown(cast)
    due_work_at("2027-06-29 09:00")
    assert about(record) == ["coming_of_age"]
    due_work_at("2027-06-30 09:00")
    due_work_at("2027-07-10 09:00")
    assert about(record) == ["coming_of_age", "coming_of_age_reminder"]
    due_work_at("2027-07-11 09:00")
    record.refresh_from_db()
    assert record.unconfirmed_since == moment("2027-07-11 09:00")
    assert about(record) == ["coming_of_age", "coming_of_age_reminder", "record_unconfirmed"]
    assert set(
        OutboxMessage.objects.filter(reference=record.number).values_list("recipient", flat=True)
    ) == {OWN}
    with at("2027-08-20 09:00"):
        taking_over.take_over(record, actor=UserFactory(email=OWN))
    record.refresh_from_db()
    assert record.unconfirmed_since is None


def test_parents_link_answers_nothing_after_the_birthday(cast):
    record = child(cast, date(2009, 6, 10))
    with at("2027-04-12 09:00"):
        taking_over.set_address(record, email=OWN, actor=cast.citizen)
    keep_confirmed(record, "2026-07-08 12:00")
    due_work_at("2027-06-08 09:00")
    question = Confirmation.objects.get(occasion="yearly")
    path = f"/en/still-here/{links.token_of(question)}/"
    with at("2027-06-09 23:59"):
        assert signed_in(cast.citizen).get(path).context["state"] == "open"
    with at("2027-06-10 00:00"):
        shown = signed_in(cast.citizen).post(path, follow=True)
        assert shown.context["state"] == "replaced"
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2026-07-08 12:00")
    due_work_at("2027-06-10 00:01")
    question.refresh_from_db()
    assert question.lapsed_at == moment("2027-06-10 00:01")
    with at("2027-06-10 09:00"):
        assert links.state_of(question) == links.LinkState.REPLACED


def test_invitation_is_no_link_that_confirms(cast):
    grown(cast)
    question = Confirmation.objects.get(occasion="coming_of_age")
    with at("2027-06-11 09:00"):
        answer = signed_in(cast.other_citizen).get(f"/en/still-here/{links.token_of(question)}/")
    assert (answer.status_code, answer.context["state"]) == (410, "replaced")


def test_nobody_else_takes_it_over(cast):
    record = grown(cast)
    with at("2027-06-12 18:00"):
        for stranger in (cast.citizen, cast.other_citizen, cast.officer_here, cast.ministry):
            client = signed_in(stranger)
            assert record.number not in client.get("/en/account/take-over/").content.decode()
            url = f"/en/account/{record.public_id}/take-over/"
            assert client.post(url).status_code == 404
            with pytest.raises(taking_over.CannotTakeOver):
                taking_over.take_over(record, actor=stranger)
    record.refresh_from_db()
    assert record.citizen.account is None


def test_invited_person_sees_nothing_before_taking_over(cast):
    record = grown(cast)
    own = UserFactory(email=OWN)
    with at("2027-06-12 18:00"):
        assert signed_in(own).get(f"/en/account/{record.public_id}/").status_code == 404


def test_own_draft_gives_way_to_the_entry(cast):
    record = grown(cast)
    own = UserFactory(email=OWN)
    with at("2027-06-12 18:00"):
        made.draft(cast.here, account=own, family_name="Басқа")
        taking_over.take_over(record, actor=own)
    record.citizen.refresh_from_db()
    assert record.citizen.account == own
    assert Application.objects.filter(submitted_at=None).count() == 0
    assert Citizen.objects.filter(family_name="Басқа").count() == 0


def test_account_with_an_entry_of_its_own_takes_nothing_over(cast):
    record = grown(cast)
    own = UserFactory(email=OWN)
    with at("2027-06-12 18:00"):
        made.registered(cast.here, cast.officer_here, account=own)
        with pytest.raises(taking_over.CannotTakeOver) as refused:
            taking_over.take_over(record, actor=own)
        answer = signed_in(own).post(f"/en/account/{record.public_id}/take-over/", follow=True)
    assert refused.value.code == "has_own"
    assert "Write to the mission" in answer.content.decode()
    record.refresh_from_db()
    assert record.citizen.account is None


# --- 18: no address ----------------------------------------------------------------------------


def test_without_an_address_the_entry_is_unconfirmed_at_midnight(cast):
    record = grown(cast, email="")
    assert record.unconfirmed_since == moment("2027-06-10 00:05")
    assert about(record) == []
    assert Confirmation.objects.get().occasion == "coming_of_age"
    with at("2027-06-11 09:00"):
        listed = signed_in(cast.officer_here).get(
            "/admin/registrations/residencyrecord/?freshness=unconfirmed"
        )
        page = listed.content.decode()
    assert record.number in page
    assert "came of age, no own address is known" in page
    for day in ("2027-07-20", "2027-12-20", "2028-06-20"):
        due_work_at(f"{day} 09:00")
    assert about(record) == []


def test_officer_sets_the_address_and_the_person_is_invited_at_once(cast):
    record = grown(cast, email="")
    page = f"/admin/registrations/application/{record.application.public_id}/coming-of-age/"
    with at("2027-06-11 09:00"):
        officer = signed_in(cast.officer_here)
        taken = officer.post(page, {"email": cast.citizen.email})
        assert taken.context["form"].errors.as_data()["email"][0].code == "representative"
        made.submitted(cast.here, account=cast.other_citizen)
        taken = officer.post(page, {"email": cast.other_citizen.email})
        assert taken.context["form"].errors.as_data()["email"][0].code == "taken"
        assert officer.post(page, {"email": OWN}).status_code == 302
    assert about(record) == ["coming_of_age"]
    record.refresh_from_db()
    assert record.unconfirmed_since is not None
    with at("2027-06-12 09:00"):
        taking_over.take_over(record, actor=UserFactory(email=OWN))
    record.refresh_from_db()
    assert record.unconfirmed_since is None


def test_officer_corrects_the_address_of_somebody_invited(cast):
    record = grown(cast)
    with at("2027-06-11 09:00"):
        taking_over.set_address(record, email="right@example.org", actor=cast.officer_here)
    recipients = list(
        OutboxMessage.objects.filter(kind="coming_of_age")
        .order_by("id")
        .values_list("recipient", flat=True)
    )
    assert recipients == [OWN, "right@example.org"]
    assert Confirmation.objects.open().count() == 1
    with at("2027-06-12 09:00"), pytest.raises(taking_over.CannotTakeOver):
        taking_over.take_over(record, actor=UserFactory(email=OWN))


@pytest.mark.parametrize(
    ("who", "status"), [("officer_there", 404), ("ministry", 403), ("citizen", 403)]
)
def test_address_page_of_the_officer_is_the_missions(cast, who, status):
    record = grown(cast, email="")
    page = f"/admin/registrations/application/{record.application.public_id}/coming-of-age/"
    with at("2027-06-11 09:00"):
        client = signed_in(getattr(cast, who))
        assert client.get(page).status_code == status
        assert client.post(page, {"email": OWN}).status_code == status
    assert ComingOfAge.objects.get().email == ""


def test_adult_has_no_address_page(cast):
    with at("2027-01-15 12:00"):
        record = made.registered(cast.here, cast.officer_here)
        page = f"/admin/registrations/application/{record.application.public_id}/coming-of-age/"
        assert signed_in(cast.officer_here).get(page).status_code == 404


def test_represented_adult_stays_represented(cast):
    with at("2027-01-15 12:00"):
        record = made.registered(
            cast.here, cast.officer_here, account=cast.citizen, capacity="representative", iin=""
        )
    assert LegalRepresentative.objects.get().ends_at is None
    due_work_at("2027-02-01 09:00")
    assert Confirmation.objects.count() == 0
    with at("2027-02-01 10:00"):
        assert sees(cast, record)


def test_application_of_a_child_who_turned_eighteen_in_review_is_invited_after_registration(cast):
    with at("2027-06-08 12:00"):
        case = made.in_review(
            cast.here,
            cast.officer_here,
            account=cast.citizen,
            capacity="parent",
            iin="",
            birth_date=date(2009, 6, 10),
        )
    with at("2027-06-10 10:00"):
        record = lifecycle.register(case, actor=cast.officer_here, checked=["photo", PROOF_CHECKED])
    # The parent applied while the child was one, and is told the decision.
    told = OutboxMessage.objects.latest("id")
    assert (told.kind, told.recipient) == ("registered", cast.citizen.email)
    due_work_at("2027-06-10 10:15")
    record.refresh_from_db()
    assert record.unconfirmed_since == moment("2027-06-10 10:15")


def test_late_round_after_ten_days_invites_once(cast):
    record = child(cast, date(2009, 6, 10))
    with at("2027-04-12 09:00"):
        taking_over.set_address(record, email=OWN, actor=cast.citizen)
    for _round in range(2):
        due_work_at("2027-06-20 09:00")
    assert about(record) == ["coming_of_age"]
    assert Confirmation.objects.get().answer_by == date(2027, 6, 20) + timedelta(days=30)


# --- 18: what a parent asked for before --------------------------------------------------------


def asked_by_the_parent(cast, record):
    with at("2027-06-01 12:00"):
        signed_in(cast.citizen).post(
            f"/en/account/{record.public_id}/details/name/",
            {"family_name": "Жаңаұлы", "given_names": "Ақжол"},
        )
    return ChangeRequest.objects.get()


def accept(cast, change, on):
    with at(on):
        signed_in(cast.officer_here).post(
            f"/admin/registrations/changerequest/{change.public_id}/", {"accept": "1"}
        )
    change.refresh_from_db()
    assert change.state == RequestState.DONE


def test_accepted_change_of_a_parent_does_not_answer_the_invitation(cast):
    record = child(cast, date(2009, 6, 10))
    change = asked_by_the_parent(cast, record)
    ComingOfAge.objects.create(citizen=record.citizen, email=OWN)
    due_work_at("2027-06-10 09:00")
    accept(cast, change, "2027-06-11 12:00")
    assert Confirmation.objects.open().get().occasion == "coming_of_age"


def test_accepted_change_of_a_parent_leaves_the_grown_entry_unconfirmed(cast):
    record = child(cast, date(2009, 6, 10))
    change = asked_by_the_parent(cast, record)
    due_work_at("2027-06-10 09:00")
    accept(cast, change, "2027-06-11 12:00")
    record.refresh_from_db()
    assert record.unconfirmed_since is not None
    assert record.entered["name"]["family_name"] == "Жаңаұлы"


def test_accepted_change_of_a_parent_confirms_the_entry_of_a_child(cast):
    record = child(cast, date(2010, 6, 10))
    change = asked_by_the_parent(cast, record)
    accept(cast, change, "2027-06-11 12:00")
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-06-11 12:00")


ENDED = "It has ended already, without a decision."


def leave(cast, record, on):
    with at(on):
        signed_in(cast.citizen).post(
            f"/en/account/{record.public_id}/leave/", {"reason": "returned", "text": "Home."}
        )
    return DepartureNotice.objects.get()


def notice_page(notice):
    return f"/admin/registrations/departurenotice/{notice.public_id}/"


def test_application_of_a_parent_to_leave_lapses_and_the_adult_is_told(cast):
    record = child(cast, date(2009, 6, 10))
    notice = leave(cast, record, "2027-06-09 20:00")
    ComingOfAge.objects.create(citizen=record.citizen, email=OWN)
    due_work_at("2027-06-10 09:00")
    due_work_at("2027-06-10 09:15")
    notice.refresh_from_db()
    assert (notice.state, notice.settled_by) == (RequestState.LAPSED, None)
    assert about(record) == ["departure_received", "coming_of_age", "departure_lapsed"]
    told = OutboxMessage.objects.latest("id")
    assert told.recipient == OWN
    for words in (told.body_text, told.body_html):
        assert "9 June 2027" in words
        assert "nothing follows from that application" in words
        assert "Home." not in words
    line = AuditEvent.objects.get(action="departurenotice.lapsed")
    assert (line.actor_email, line.target_label) == ("", record.number)


def test_lapsed_application_to_leave_closes_nothing(cast):
    record = child(cast, date(2009, 6, 10))
    notice = leave(cast, record, "2027-06-01 20:00")
    ComingOfAge.objects.create(citizen=record.citizen, email=OWN)
    due_work_at("2027-06-10 09:00")
    own = UserFactory(email=OWN)
    with at("2027-06-18 12:00"):
        taking_over.take_over(record, actor=own)
        officer = signed_in(cast.officer_here)
        page = officer.get(notice_page(notice))
        late = officer.post(notice_page(notice), {"close": "1"})
        said = signed_in(own).post(f"/en/account/{record.public_id}/stay/", follow=True)
        # The person can apply in person.
        signed_in(own).post(f"/en/account/{record.public_id}/leave/", {"reason": "returned"})
    assert page.context["acts"] == []
    assert cast.citizen.email in page.content.decode()
    assert "acts for the person no more" in page.content.decode()
    assert (late.status_code, late.context["settled"]) == (409, notice)
    assert "leave the register: Ended without a decision, " in late.content.decode()
    assert [str(one) for one in said.context["messages"]] == [ENDED]
    record.refresh_from_db()
    assert record.closed_at is None
    assert DepartureNotice.objects.open().get().requested_by == own


def test_what_lapsed_at_eighteen_is_not_told_again_when_the_entry_is_closed(cast):
    record = child(cast, date(2009, 6, 10))
    leave(cast, record, "2027-06-01 20:00")
    ComingOfAge.objects.create(citizen=record.citizen, email=OWN)
    due_work_at("2027-06-10 09:00")
    own = UserFactory(email=OWN)
    with at("2027-06-18 12:00"):
        taking_over.take_over(record, actor=own)
        lifecycle.deregister(
            record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        )
    told = OutboxMessage.objects.latest("id")
    assert told.kind == "removed_from_register"
    assert "ended with the entry" not in told.body_text


def test_application_to_leave_closes_nothing_from_the_midnight_on(cast):
    record = child(cast, date(2009, 6, 10))
    notice = leave(cast, record, "2027-06-01 20:00")
    with at("2027-06-09 23:59"):
        officer = signed_in(cast.officer_here)
        offered = [act.name for act in officer.get(notice_page(notice)).context["acts"]]
    with at("2027-06-10 00:01"):
        refused = officer.post(notice_page(notice), {"close": "1"})
        left = [act.name for act in officer.get(notice_page(notice)).context["acts"]]
    assert offered == ["close", "refuse"]
    assert (refused.status_code, refused.context["why"]) == (
        409,
        "Who asked for this acts for the person no more: nothing follows from it.",
    )
    assert left == ["refuse"]
    notice.refresh_from_db()
    record.refresh_from_db()
    assert (notice.is_open, record.closed_at) == (True, None)


def test_adult_whose_address_comes_late_is_told_of_the_lapsed_application_too(cast):
    record = child(cast, date(2009, 6, 10))
    leave(cast, record, "2027-06-09 20:00")
    due_work_at("2027-06-10 09:00")
    assert about(record) == ["departure_received"]
    with at("2027-06-11 09:00"):
        taking_over.set_address(record, email=OWN, actor=cast.officer_here)
    assert about(record) == ["departure_received", "coming_of_age", "departure_lapsed"]


# --- 18 before the decision ---------------------------------------------------------------------


def applied_for(cast, make):
    """Made before the person turns 18, on 1 December 2026."""
    with at("2026-11-02 12:00"):
        return make(
            cast.here,
            cast.officer_here,
            account=cast.citizen,
            capacity=Capacity.PARENT,
            birth_date=date(2008, 12, 1),
            iin="",
        )


def test_who_applied_for_a_child_is_told_once_that_it_is_18(cast):
    case = applied_for(cast, made.more_info)
    with at("2026-11-30 12:00"):
        assert coming_of_age.tell_applicants() == 0
    with at("2026-12-01 12:00"):
        assert [coming_of_age.tell_applicants() for _round in range(2)] == [1, 0]
    message = OutboxMessage.objects.get(kind="of_age_while_applying")
    assert (message.recipient, message.reference) == (cast.citizen.email, case.reference)
    assert "Ақжол" in message.body_text


def test_nobody_is_told_of_an_application_that_is_decided(cast):
    applied_for(cast, made.refused)
    with at("2026-12-01 12:00"):
        assert coming_of_age.tell_applicants() == 0
