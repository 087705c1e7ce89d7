"""People in every state of life on the register, with words as a Kazakh would write them.

What they wrote is in Cyrillic, so that a Latin word on a page is the portal's own or marked.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone

from accounts import passwords
from accounts.models import OutboxMessage
from missions.models import ForeignMission
from registrations.enums import Capacity, ConfirmationOccasion, RefusalGround, RequestState
from registrations.models import (
    Application,
    ComingOfAge,
    Confirmation,
    FamilyMember,
    PreviousName,
    ResidencyRecord,
)
from registrations.services import (
    attachments,
    certificate_requests,
    certificates,
    changes,
    departures,
    freshness,
    help_requests,
    lifecycle,
    links,
    requests,
    voting,
)
from registrations.steps import steps_of
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.missions import DistrictFactory
from tests.files import upload

STREET = "Мюллер көшесі, 12-үй, 34-пәтер"
CONTACTS = {
    "city_en": "Berlin",
    "city_kk": "Берлин",
    "city_ru": "Берлин",
    "address": "Норд көшесі 14/15",
    "phone": "+49 30 47007111",
    "duty_phone": "+49 30 47007112",
    "opening_hours": "09:00–18:00",
}
REGION = {"region_name": "Bavaria", "region_kk": "Бавария", "region_ru": "Бавария"}
WORDING = certificates.Wording("Оқу орнына", "self", "Оқу орнына", "Консул")


@dataclass
class Scene:
    """Accounts by the name of what they have; rows are made when a page first asks for them."""

    cast: Cast

    @classmethod
    def create(cls) -> "Scene":
        cast = Cast.create()
        mission = cast.here
        for field, value in CONTACTS.items():
            setattr(mission, field, value)
        mission.save()
        DistrictFactory(mission=cast.there, country="DE", region_code="DE-BY", **REGION)
        return cls(cast)

    @property
    def officer(self):
        return self.cast.officer_here

    @property
    def mission(self) -> ForeignMission:
        return self.cast.here

    @cached_property
    def newcomer(self):
        """Signed in for the first time."""
        return UserFactory()

    @cached_property
    def begun(self) -> Application:
        """Nothing but the place and the kind is answered: every page there is, each empty."""
        application = lifecycle.start(account=UserFactory(), capacity=Capacity.REPRESENTATIVE)
        Application.objects.filter(pk=application.pk).update(country="DE", stay="permanent")
        application.refresh_from_db()
        return application

    @cached_property
    def ready(self) -> Application:
        """Every page is answered, copies are sent: next comes the check."""
        application = _local(
            made.draft(
                self.mission,
                permanent=True,
                street=STREET,
                patronymic="Болатұлы",
                postcode="10115",
                local_address="Мюллер к-сі 12",
            )
        )
        citizen = application.citizen
        PreviousName.objects.create(citizen=citizen, name="Әбдіғали")
        FamilyMember.objects.create(
            citizen=citizen,
            name="Һүснә Өң",
            relation="child",
            birth_date=date(2015, 2, 3),
            citizenship="KZ",
        )
        for kind in ("identity", "exit_permit", "photo"):
            attachments.store(
                application, kind=kind, upload=upload("құжат.jpg"), actor=application.applicant
            )
        return application

    @cached_property
    def asked(self) -> Application:
        """An officer waits for an answer."""
        application = _local(made.more_info(self.mission, self.officer, street=STREET))
        application.requests.update(text="Көше мен үйдің нөмірі жазылмаған.")
        return application

    @cached_property
    def outgrown(self) -> Application:
        """Applied for as a child, and of age before the decision."""
        application = made.submitted(self.mission, capacity=Capacity.PARENT, iin="", street=STREET)
        application.citizen.representatives.update(
            began_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
        )
        return _local(application)

    @cached_property
    def sent(self) -> Application:
        return _local(made.submitted(self.mission, street=STREET))

    @cached_property
    def refused(self) -> Application:
        application = made.in_review(self.mission, self.officer, street=STREET)
        return _local(
            lifecycle.refuse(
                application,
                actor=self.officer,
                ground=RefusalGround.UNRELIABLE_DOCUMENTS,
                text="Көшірмеде басқа адам бейнеленген.",
            )
        )

    @cached_property
    def withdrawn(self) -> Application:
        application = made.submitted(self.mission, street=STREET)
        return _local(lifecycle.withdraw(application, actor=application.applicant))

    @cached_property
    def fresh(self) -> ResidencyRecord:
        """Registered, nothing else has happened."""
        return self._record()

    @cached_property
    def busy(self) -> ResidencyRecord:
        """Registered, with one of everything that can wait or be over."""
        record = self._record()
        person = record.application.applicant
        first = certificates.issue(record, wording=WORDING, actor=self.officer)
        certificates.revoke(first, actor=self.officer, reason="Қате бар")
        self.certificate = certificates.issue(record, wording=WORDING, actor=self.officer)
        _ask_certificate(record, person)
        refused = _ask_certificate(record, person)
        requests.settle(
            refused, state=RequestState.REFUSED, actor=self.officer, answer="Мақсаты түсініксіз."
        )
        answered = _ask_help(record, person, urgent=False)
        help_requests.answer(answered, actor=self.officer, answer="Сізге қоңырау шалдық.")
        _ask_help(record, person, urgent=True)
        self.open_change = changes.propose(record, "name", write=_rename, actor=person)
        attachments.store(
            record.application,
            kind="identity",
            upload=upload("жаңа паспорт.jpg"),
            actor=person,
            change_request=self.open_change,
        )
        self.refused_change = changes.propose(record, "birth", write=_rebirth, actor=person)
        requests.settle(
            self.refused_change,
            state=RequestState.REFUSED,
            actor=self.officer,
            answer="Құжат оқылмайды.",
        )
        voting.ask(record, actor=person)
        freshness.put_question(record, ConfirmationOccasion.YEARLY)
        departures.give_notice(record, reason="returned", text="", actor=person)
        return record

    @cached_property
    def closed(self) -> ResidencyRecord:
        return self._close(self._record())

    @cached_property
    def child(self) -> ResidencyRecord:
        """Seventeen years old, kept by a parent."""
        today = timezone.localdate()
        return self._record(
            capacity=Capacity.PARENT, iin="", birth_date=date(today.year - 17, 1, 1)
        )

    @cached_property
    def second_child(self) -> Application:
        """Born after its family arrived; the home is taken from the sent application of another."""
        parent = UserFactory()
        born = {"iin": "", "capacity": Capacity.PARENT, "account": parent}
        _local(made.submitted(self.mission, birth_date=date(2015, 2, 3), street=STREET, **born))
        begun = lifecycle.start(account=parent, capacity=Capacity.PARENT)
        begun.citizen.birth_date, begun.citizen.birth_country = date(2025, 2, 3), begun.country
        begun.citizen.given_names, begun.citizen.given_names_latin = "Айша", "AISHA"
        begun.citizen.sex, begun.arrived_on = "female", begun.citizen.birth_date
        begun.citizen.save()
        begun.answered_pages = [step.key for step in steps_of(begun)]
        begun.save()
        return begun

    @cached_property
    def grown(self) -> ResidencyRecord:
        """Has come of age; the invitation waits at the address of ``heir``."""
        record = self._record(capacity=Capacity.PARENT, iin="", birth_date=date(2000, 1, 1))
        ComingOfAge.objects.update_or_create(
            citizen=record.citizen,
            defaults={"email": self.heir.email, "invited_at": timezone.now()},
        )
        return record

    @cached_property
    def password_link(self) -> str:
        """What is signed in the address that an officer was sent."""
        passwords.send_link(self.officer.email, language="kk")
        message = OutboxMessage.objects.filter(kind="password_link").latest("id")
        return re.search(r"/officer/password/([^/\s]+)/", message.body_text)[1]

    @cached_property
    def heir(self):
        return UserFactory()

    def link(self, state: str) -> str:
        """The token of a question whose link is in the state."""
        record = self._record()
        question = freshness.put_question(record, ConfirmationOccasion.STAY_ENDING)
        if state == "answered":
            freshness.confirm(record, actor=None, confirmation=question)
        if state == "expired":
            past = timezone.localdate() - timedelta(days=400)
            Confirmation.objects.filter(pk=question.pk).update(answer_by=past)
        if state == "closed":
            self._close(record)
        return links.token_of(question)

    def _record(self, **traits) -> ResidencyRecord:
        record = made.registered(self.mission, self.officer, street=STREET, **traits)
        _local(record.application)
        return record

    def _close(self, record: ResidencyRecord) -> ResidencyRecord:
        """As if the week for taking it back were over."""
        person = record.application.applicant
        notice = departures.give_notice(record, reason="other", text="", actor=person)
        notice.undo_until = timezone.now()
        notice.save()
        departures.close_entry(notice, actor=self.officer)
        record.refresh_from_db()
        return record


def _local(application: Application) -> Application:
    Application.objects.filter(pk=application.pk).update(city="Берлин")
    application.refresh_from_db()
    return application


def _ask_certificate(record, person):
    return certificate_requests.apply(
        record, purpose="Банкке", addressee="", with_english=True, actor=person
    )


def _ask_help(record, person, *, urgent):
    return help_requests.ask(
        record,
        topic="lost_document",
        text="Паспортымды жоғалттым.",
        place="Берлин",
        phone="",
        is_urgent=urgent,
        actor=person,
    )


def _rename(application: Application) -> None:
    application.citizen.family_name = "Жаңаұлы"
    application.citizen.save()


def _rebirth(application: Application) -> None:
    application.citizen.birth_place = "Ақтөбе"
    application.citizen.save()
