"""Foreign missions, the districts they serve, who is posted there and when they are closed."""

from datetime import date, time
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import ScopedQuerySet, sees_every_mission
from missions.countries import check_country, country_name

MONDAY_TO_FRIDAY = [0, 1, 2, 3, 4]


def default_working_week() -> list[int]:
    return list(MONDAY_TO_FRIDAY)


def check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(_("No time zone has this name"), code="timezone") from error


class MissionKind(models.TextChoices):
    EMBASSY = "embassy", _("Embassy")
    CONSULATE_GENERAL = "consulate_general", _("Consulate general")
    CONSULATE = "consulate", _("Consulate")
    DIPLOMATIC_MISSION = "diplomatic_mission", _("Diplomatic mission")
    EMBASSY_OFFICE = "embassy_office", _("Office of an embassy")
    PERMANENT_MISSION = "permanent_mission", _("Permanent mission")


class ConsularServices(models.TextChoices):
    YES = "yes", pgettext_lazy("consular services", "Yes")
    NO = "no", pgettext_lazy("consular services", "No")
    UNKNOWN = "unknown", pgettext_lazy("consular services", "Not known")


class ForeignMissionQuerySet(models.QuerySet):
    def serving_citizens(self) -> Self:
        """Open missions that do consular work, or of which nothing else is known."""
        return self.filter(is_open=True).exclude(provides_consular_services=ConsularServices.NO)

    def of_officer(self, user: User | AnonymousUser) -> Self:
        """The missions the user is posted to today."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Posting.objects.current().filter(user=user).values("mission"))

    def headed_by(self, user: User | AnonymousUser) -> Self:
        """The missions whose consular section the user heads today."""
        if not user.is_authenticated:
            return self.none()
        heads = Posting.objects.current().filter(user=user, role=PostingRole.HEAD)
        return self.filter(pk__in=heads.values("mission"))


@pghistory.track(model_name="ForeignMissionHistory")
class ForeignMission(models.Model):
    """A mission of Kazakhstan abroad.

    Contact details are shown to citizens once somebody confirmed them (``contact_confirmed_at``).
    What the ministry edited (``edited_fields``) is never overwritten by load_missions.
    """

    code = models.SlugField(_("code"), unique=True)
    register_code = models.CharField(
        _("code in register numbers"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}[A-Z0-9]{2,6}$")],
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MissionKind)
    name_kk = models.CharField(_("name in Kazakh"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    country = models.CharField(_("country"), max_length=2, validators=[check_country])
    city_en = models.CharField(_("city in English"), max_length=80)
    city_kk = models.CharField(_("city in Kazakh"), max_length=80, blank=True)
    city_ru = models.CharField(_("city in Russian"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=120, blank=True)
    duty_phone = models.CharField(_("phone of the duty officer"), max_length=120, blank=True)
    email = models.CharField(_("email"), max_length=200, blank=True)
    website = models.URLField(_("web site"), blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=300, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, validators=[check_timezone])
    working_week = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("working week"),
        default=default_working_week,
        help_text=_("0 is Monday, 6 is Sunday"),
    )
    closes_at = models.TimeField(_("end of the working day"), default=time(18))
    provides_consular_services = models.CharField(
        _("consular services"),
        max_length=8,
        choices=ConsularServices,
        default=ConsularServices.UNKNOWN,
    )
    is_open = models.BooleanField(_("open"), default=True)
    contact_confirmed_at = models.DateTimeField(_("contacts confirmed"), null=True, blank=True)
    contact_confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    edited_fields = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, editable=False
    )
    source = models.TextField(_("sources"), blank=True)
    notes = models.TextField(_("notes"), blank=True)

    objects = ForeignMissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("foreign mission")
        verbose_name_plural = _("foreign missions")
        ordering = ["country", "city_en"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact_confirmed_at=None, contact_confirmed_by=None)
                | Q(contact_confirmed_at__isnull=False, contact_confirmed_by__isnull=False),
                name="contacts_confirmed_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(working_week=[]), name="mission_works_some_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return getattr(self, f"name_{(get_language() or 'kk')[:2]}", "") or self.name_en

    @property
    def city(self) -> str:
        return getattr(self, f"city_{(get_language() or 'kk')[:2]}", "") or self.city_en

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def contacts_are_confirmed(self) -> bool:
        return self.contact_confirmed_at is not None

    @property
    def receives_citizens(self) -> bool:
        """Open, and not known to do no consular work."""
        return self.is_open and self.provides_consular_services != ConsularServices.NO

    @property
    def phones(self) -> list[str]:
        return _each(self.phone)

    @property
    def duty_phones(self) -> list[str]:
        return _each(self.duty_phone)

    @property
    def emails(self) -> list[str]:
        return _each(self.email)


def _each(listed: str) -> list[str]:
    """Several phones or addresses stand in one field, with a semicolon between."""
    return [part.strip() for part in listed.split(";") if part.strip()]


class DistrictBasis(models.TextChoices):
    """On what it rests that a mission serves a place."""

    SOURCED = "sourced", _("a published source")
    SEAT = "seat", _("the mission sits in this region")
    WHOLE_COUNTRY = "whole_country", _("the only mission in the country")
    CONCURRENT = "concurrent", _("accredited from another country")
    DEFAULT = "default", _("the rest of the country goes to the embassy")


class ConsularDistrictQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(is_in_force=True)


@pghistory.track(model_name="ConsularDistrictHistory")
class ConsularDistrict(models.Model):
    """A country, or one region of it, and the mission that serves it.

    A row without a region covers whatever no other row of the country names. A row that no longer
    holds is kept with ``is_in_force`` off: were it deleted, load_missions would bring it back.
    """

    mission = models.ForeignKey(
        ForeignMission,
        on_delete=models.PROTECT,
        related_name="districts",
        verbose_name=_("mission"),
    )
    country = models.CharField(_("country"), max_length=2, validators=[check_country])
    region_code = models.CharField(_("region, ISO 3166-2"), max_length=10, blank=True)
    region_name = models.CharField(_("region"), max_length=120, blank=True)
    region_kk = models.CharField(_("region in Kazakh"), max_length=120, blank=True)
    region_ru = models.CharField(_("region in Russian"), max_length=120, blank=True)
    basis = models.CharField(_("basis"), max_length=14, choices=DistrictBasis)
    is_in_force = models.BooleanField(_("in force"), default=True)
    edited = models.BooleanField(_("edited by the ministry"), default=False, editable=False)
    source = models.TextField(_("sources"), blank=True)
    notes = models.TextField(_("notes"), blank=True)

    objects = ConsularDistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("consular district")
        verbose_name_plural = _("consular districts")
        ordering = ["country", "region_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region_code"], name="one_mission_a_country_and_region"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [country_name(self.country), self.region]))

    def clean(self) -> None:
        """A region has a code and a name, and lies in its country."""
        if self.region_code and not self.region_code.startswith(f"{self.country}-"):
            message = _("The code of the region begins with that of its country")
            raise ValidationError({"region_code": ValidationError(message, code="country")})
        if bool(self.region_code) != bool(self.region_name):
            message = _("A region has a code and a name")
            raise ValidationError({"region_name": ValidationError(message, code="name")})

    @property
    def region(self) -> str:
        """The region's name in the active language."""
        language = (get_language() or "kk")[:2]
        return getattr(self, f"region_{language}", "") or self.region_name


class PostingRole(models.TextChoices):
    OFFICER = "officer", pgettext_lazy("posting", "Consular officer")
    HEAD = "head", pgettext_lazy("posting", "Head of the consular section")


class PostingQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Colleagues at the same missions; the ministry: all."""
        if not user.is_authenticated or not user.is_staff:
            return self.none()
        if sees_every_mission(user):
            return self
        return self.filter(mission__in=ForeignMission.objects.of_officer(user))

    def current(self, on: date | None = None) -> Self:
        """In force on the day; by default today, as the date is at each mission."""
        day = on or today_at("mission__timezone")
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


def today_at(timezone_field: str | F) -> Cast:
    """The date now in the time zone that a row names, or the row of an outer query."""
    local = Func(
        F(timezone_field) if isinstance(timezone_field, str) else timezone_field,
        Value(timezone.now()),
        function="TIMEZONE",
        output_field=models.DateTimeField(),
    )
    return Cast(local, models.DateField())


class DateRange(Func):
    function = "DATERANGE"
    output_field = models.Field()


@pghistory.track(model_name="PostingHistory")
class Posting(models.Model):
    """An officer's work at a mission, from day to day inclusive. Access follows from it."""

    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="postings",
        limit_choices_to={"is_staff": True},
        verbose_name=_("officer"),
    )
    mission = models.ForeignKey(
        ForeignMission,
        on_delete=models.PROTECT,
        related_name="postings",
        verbose_name=_("mission"),
    )
    role = models.CharField(_("role"), max_length=10, choices=PostingRole)
    post = models.CharField(_("post, as printed on certificates"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="posting_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="no_overlapping_postings",
                violation_error_code="overlap",
                violation_error_message=_("The officer has this role there on some of these days"),
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("mission", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.mission}"

    @property
    def is_over(self) -> bool:
        """The last day is past at the mission."""
        today = timezone.localdate(timezone=ZoneInfo(self.mission.timezone))
        return self.ends_on is not None and self.ends_on < today


class MissionClosure(models.Model):
    """Days on which a mission is closed although its week and the holidays say otherwise."""

    mission = models.ForeignKey(
        ForeignMission,
        on_delete=models.PROTECT,
        related_name="closures",
        verbose_name=_("mission"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="closure_ends_after_it_starts",
                violation_error_code="order",
                violation_error_message=_("The last day comes before the first"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.mission}: {self.starts_on} – {self.ends_on}"
