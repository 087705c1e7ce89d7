"""What made-up people do on the register in two years, each with what the rules then demand.

A life is acts at their moments, done by the portal's own services and pages, and the messages that
must follow; the days are counted here anew, not asked of the portal.
"""

from datetime import date, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import time_machine

from accounts.models import User
from missions import calendar
from missions.models import PostingRole
from missions.services import post_officer
from registrations import law
from registrations.enums import LeavingReason
from registrations.models import Application, ResidencyRecord, TravelDocument
from registrations.services import changes, departures, drafts, lifecycle, transfers
from registrations.services.representation import PROOF_CHECKED
from tests.clock import due_work
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.missions import MissionFactory
from tests.registrations.plan import END, End, Plan, born, days, on, post

BERLIN, ANKARA = "Europe/Berlin", "Europe/Istanbul"
AUCKLAND, ANGELES = "Pacific/Auckland", "America/Los_Angeles"


class Walk:
    """Builds the fifty lives and walks through them."""

    def __init__(self, cast):
        self.cast, self.lives, self.numbers = cast, Plan(), count(1)
        self.missions = {BERLIN: cast.here, ANKARA: cast.there}
        self.officers = {BERLIN: cast.officer_here, ANKARA: cast.officer_there}
        for zone, country in ((AUCKLAND, "NZ"), (ANGELES, "US")):
            self.missions[zone] = MissionFactory(
                timezone=zone, country=country, register_code=f"{country}ONE"
            )
            self.officers[zone] = UserFactory(officer=True)
            self._post(self.officers[zone], self.missions[zone])
        self.records = {}

    def _post(self, officer, mission):
        post_officer(
            user=officer, mission=mission, role=PostingRole.OFFICER, starts_on=date(2020, 1, 1),
            actor=None,
        )  # fmt: skip
        self.officers[mission.timezone] = User.objects.get(pk=officer.pk)

    def account(self, word):
        return UserFactory(email=f"{word}{next(self.numbers)}@example.org")

    def registers(
        self, user, day, zone, *, expires_on=date(2039, 1, 1), planned_end=None, **person
    ):
        """Applies and is registered at noon; the plan knows the two messages."""
        moment = on(day, zone, 12)

        def act():
            draft = made.draft(self.missions[zone], account=user, **person)
            TravelDocument.objects.filter(citizen=draft.citizen).update(expires_on=expires_on)
            Application.objects.filter(pk=draft.pk).update(planned_end=planned_end)
            sent = made.send(Application.objects.get(pk=draft.pk))
            taken = lifecycle.take(sent, actor=self.officers[zone])
            self.records[user.email] = lifecycle.register(
                taken, actor=self.officers[zone], checked=["photo", PROOF_CHECKED]
            )

        self.lives.ends[user.email] = End(user.email, confirmed_at=moment)
        self.lives.do(moment, act)
        self.lives.told(user.email, moment, "application_received", "registered")
        return moment

    def record(self, user):
        return ResidencyRecord.objects.get(pk=self.records[user.email].pk)

    # --- The lives --------------------------------------------------------------------------

    def confirms(self, day, zone, *answers):
        """By the link, so many days after each question; None is silence."""
        user = self.account("confirms")
        self.registers(user, day, zone)
        self.lives.years(user.email, day, zone, answers)

    def moves(self, day, zone, moved_on, to, *answers):
        """Told once; the new mission registers the next morning and the old entry is closed."""
        user, lives = self.account("moves"), self.lives
        self.registers(user, day, zone)
        told_at, taken_at = on(moved_on, zone, 12), on(moved_on + days(1), to, 17)
        lives.years(user.email, day, zone, [], until=told_at)

        def tell():
            transfers.report_move(
                self.record(user),
                place=transfers.NewPlace(
                    country=self.missions[to].country,
                    region="",
                    city="Там",
                    street="1",
                    postcode="",
                    local_address="",
                    arrived_on=moved_on,
                    mission=self.missions[to],
                ),
                actor=user,
                consent=law.current_consent(),
                language="en",
            )

        def take():
            moved = Application.objects.get(transfer_of=self.record(user))
            taken = lifecycle.take(moved, actor=self.officers[to])
            self.records[user.email] = lifecycle.register(
                taken, actor=self.officers[to], checked=["photo"]
            )

        lives.do(told_at, tell)
        lives.told(user.email, told_at, "application_received")
        lives.waits(self.missions[to], told_at, taken_at)
        lives.do(taken_at, take)
        lives.told(user.email, taken_at, "registered")
        lives.ends[user.email] = End(user.email, confirmed_at=taken_at, moved=True)
        lives.years(user.email, moved_on + days(1), to, answers)

    def turns_sixteen(self, day, zone, birthday, *answers):
        parent = self.account("parent16-")
        self.registers(parent, day, zone, capacity="parent", iin="", birth_date=born(birthday, 16))
        self.lives.due(parent.email, on(birthday, zone), "own_document_wanted")
        self.lives.years(parent.email, day, zone, answers)

    def turns_eighteen(self, day, zone, birthday, *, address=None, takes_over=None):
        """``address``: days from the question to the parent's answer; ``takes_over``: days from
        the birthday until the person comes. None is silence."""
        parent, lives = self.account("parent18-"), self.lives
        young = f"young{next(self.numbers)}@example.org"
        self.registers(parent, day, zone, capacity="parent", iin="", birth_date=born(birthday, 18))
        end, midnight = lives.ends[parent.email], on(birthday, zone, 0)
        lives.years(parent.email, day, zone, [], until=midnight)
        asked_on = birthday - days(60)
        lives.due(parent.email, on(asked_on, zone), "own_address_wanted")
        if address is None:
            lives.look(midnight)
            end.unconfirmed_since = midnight
            return parent, young, midnight
        lives.do(
            on(asked_on + days(address), zone, 12),
            lambda: post(
                parent, f"/en/account/{self.record(parent).public_id}/coming-of-age/", email=young
            ),
        )
        lives.due(young, midnight, "coming_of_age")
        self.may_take_over(parent, young, birthday, zone, takes_over)
        return parent, young, midnight

    def may_take_over(self, parent, young, since, zone, after):
        """``after`` counts the days from ``since``; None is silence."""
        lives, end = self.lives, self.lives.ends[parent.email]
        if after is None or after > 20:
            lives.due(young, on(since + days(20), zone), "coming_of_age_reminder")
        if after is None:
            lapsed_at = on(since + days(31), zone)
            lives.due(young, lapsed_at, "record_unconfirmed")
            end.unconfirmed_since = lapsed_at
            return
        taken_at = on(since + days(after), zone, 18)

        def take():
            own = UserFactory(email=young)
            post(own, f"/en/account/{self.record(parent).public_id}/take-over/")

        lives.do(taken_at, take)
        lives.ends[parent.email] = lives.ends[young] = End(young, confirmed_at=taken_at)
        lives.years(young, since + days(after), zone, [7])

    def is_found_by_the_officer(self, day, zone, birthday, *, after, takes_over):
        """No address at 18; the mission finds one."""
        parent, young, _midnight = self.turns_eighteen(day, zone, birthday)
        found_at = on(birthday + days(after), zone, 10)
        case = "/admin/registrations/application/"
        self.lives.do(
            found_at,
            lambda: post(
                self.officers[zone],
                f"{case}{self.record(parent).application.public_id}/coming-of-age/",
                email=young,
            ),
        )
        self.lives.told(young, found_at, "coming_of_age")
        self.may_take_over(parent, young, birthday + days(after), zone, takes_over)

    def leaves(self, day, zone, left_on, *, stays=False):
        """Gives notice; the officer closes the entry the day after the week is over."""
        user, lives = self.account("leaves"), self.lives
        self.registers(user, day, zone)
        given_at = on(left_on, zone, 12)
        lives.years(user.email, day, zone, [], until=given_at)
        lives.do(
            given_at,
            lambda: departures.give_notice(
                self.record(user), reason=LeavingReason.RETURNED, text="", actor=user
            ),
        )
        lives.told(user.email, given_at, "departure_received")
        if stays:
            kept_at = on(left_on + days(3), zone, 12)
            lives.do(kept_at, lambda: departures.take_back(self.notice(user), actor=user))
            lives.told(user.email, kept_at, "departure_taken_back")
            lives.confirmed(user.email, kept_at)
            lives.years(user.email, left_on + days(3), zone, [2, 2])
            return
        stands_at, closed_at = given_at + days(7), on(left_on + days(8), zone, 17)
        lives.waits(self.missions[zone], stands_at, closed_at)
        lives.do(
            closed_at,
            lambda: departures.close_entry(self.notice(user), actor=self.officers[zone]),
        )
        lives.told(user.email, closed_at, "removed_from_register")
        lives.ends[user.email].closed = True
        lives.look(closed_at + days(law.EMERGENCY_CONTACT_KEPT_DAYS))

    def notice(self, user):
        return self.record(user).departurenotices.open().get()

    def passport_expires(self, day, zone, expires_on, answer_after):
        """Asked 90 days before; the yearly question is counted from then on."""
        user, asked_on = self.account("passport"), expires_on - days(90)
        self.registers(user, day, zone, expires_on=expires_on)
        self.lives.years(user.email, day, zone, [3], until=on(asked_on, zone))
        self.asked_about_a_date(user, asked_on, zone, "passport_expiring", answer_after)

    def stay_ends(self, day, zone, planned_end, answer_after):
        user, asked_on = self.account("stay"), planned_end - days(30)
        self.registers(user, day, zone, planned_end=planned_end)
        self.asked_about_a_date(user, asked_on, zone, "still_here", answer_after)

    def asked_about_a_date(self, user, asked_on, zone, kind, answer_after):
        answered_at = self.lives.question(
            user.email,
            asked_on,
            zone,
            kind=kind,
            answer_after=answer_after,
        )
        since = asked_on if answered_at is None else asked_on + days(answer_after)
        self.lives.years(user.email, since, zone, [4, 4])

    def renews_passport(self, day, zone, expires_on):
        """Sends the new one the day before the question; the officer accepts it two days later."""
        user, lives, near = self.account("renews"), self.lives, expires_on - days(90)
        self.registers(user, day, zone, expires_on=expires_on)
        sent_at, accepted_at = on(near - days(1), zone, 12), on(near + days(1), zone, 17)

        def write(application):
            application.citizen.documents.update(expires_on=date(2039, 1, 1))

        lives.do(
            sent_at,
            lambda: changes.propose(self.record(user), "document", write=write, actor=user),
        )
        lives.told(user.email, sent_at, "change_received")
        lives.waits(self.missions[zone], sent_at, accepted_at)
        lives.look(on(near, zone))
        lives.do(
            accepted_at,
            lambda: changes.accept(
                self.record(user).changerequests.get(), actor=self.officers[zone]
            ),
        )
        lives.told(user.email, accepted_at, "change_accepted")
        lives.confirmed(user.email, accepted_at)
        lives.years(user.email, near + days(1), zone, [5, 5])

    def abandons(self, day, *, back=False, withdrawn=False):
        """A draft: deleted after thirty times 24 hours; or sent at last, after the warning."""
        user, lives, begun_at = self.account("draft"), self.lives, on(day, BERLIN, 12)
        lives.do(begun_at, lambda: made.draft(self.missions[BERLIN], account=user))

        def draft():
            return Application.objects.get(applicant=user)

        if withdrawn:
            lives.do(begun_at + days(2), lambda: lifecycle.withdraw(draft(), actor=user))
            lives.look(begun_at + days(30))
            return
        lives.due(user.email, begun_at + days(27), "draft_expiring")
        if not back:
            lives.look(begun_at + days(30))
            return
        saved_at = begun_at + days(28)

        def finish():
            drafts.save_page(draft(), "name", actor=user, write=lambda _application: None)
            TravelDocument.objects.filter(citizen__account=user).update(expires_on=date(2039, 1, 1))
            taken = lifecycle.take(made.send(draft()), actor=self.officers[BERLIN])
            self.records[user.email] = lifecycle.register(
                taken, actor=self.officers[BERLIN], checked=["photo"]
            )

        lives.do(saved_at, finish)
        lives.ends[user.email] = End(user.email, confirmed_at=saved_at)
        lives.told(user.email, saved_at, "application_received", "registered")
        lives.years(user.email, saved_at.astimezone(ZoneInfo(BERLIN)).date(), BERLIN, [1, 1])

    def is_asked_for_something(self, day, zone, *, answers):
        """Two weeks to answer; after them the officer goes on without the answer."""
        user, lives = self.account("asked"), self.lives
        asked_at, last_day = on(day, zone, 12), day + days(14)

        def ask():
            case = made.in_review(self.missions[zone], self.officers[zone], account=user)
            TravelDocument.objects.filter(citizen=case.citizen).update(expires_on=date(2039, 1, 1))
            lifecycle.ask(
                case, actor=self.officers[zone], pages=["address"], text="?", answer_by=last_day
            )

        def end():
            case = Application.objects.get(applicant=user)
            if answers:
                case = lifecycle.answer(case, actor=user)
            else:
                case = lifecycle.go_on(case, actor=self.officers[zone])
            self.records[user.email] = lifecycle.register(
                case, actor=self.officers[zone], checked=["photo"]
            )

        lives.do(asked_at, ask)
        lives.told(user.email, asked_at, "application_received", "more_information_needed")
        lives.due(user.email, on(last_day - days(3), zone), "answer_reminder")
        if not answers:
            lives.due(user.email, on(last_day - days(1), zone), "answer_reminder")
        ended_on = last_day - days(2) if answers else last_day + days(1)
        ended_at = on(ended_on, zone, 12)
        lives.do(ended_at, end)
        kind = "answer_received" if answers else "went_on_unanswered"
        lives.told(user.email, ended_at, kind, "registered")
        lives.ends[user.email] = End(user.email, confirmed_at=ended_at)
        lives.years(user.email, ended_on, zone, [6])

    # --- The walk ----------------------------------------------------------------------------

    def digests(self):
        """On each working day at eight where something waits, one to each officer posted there."""
        for mission in self.missions.values():
            officers = User.objects.filter(postings__mission=mission)
            here = [(since, until) for one, since, until in self.lives.waiting if one == mission]
            touched = set()
            for since, until in here:
                day = calendar.local_date(mission, since)
                while day <= calendar.local_date(mission, until):
                    touched.add(day)
                    day += days(1)
            for day in touched:
                morning = on(day, mission.timezone)
                self.lives.rounds.add(morning)
                waits = any(since <= morning < until for since, until in here)
                if waits and calendar.is_working_day(mission, day):
                    for officer in officers:
                        self.lives.due(officer.email, morning, "officer_digest")

    def walk(self):
        self.digests()
        steps = [(moment, 0, due_work) for moment in self.lives.rounds if moment < END]
        steps += [(moment, 1 + number, act) for moment, number, act in self.lives.acts]
        for moment, _order, act in sorted(steps, key=lambda step: step[:2]):
            with time_machine.travel(moment, tick=False):
                act()
        with time_machine.travel(END - timedelta(seconds=1), tick=False):
            due_work()
