"""People who sign in, the log of what was done, and the messages sent to them."""

import uuid
from datetime import datetime
from typing import Self

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tasks_db.models import DBTaskResult

from accounts.encryption import EncryptedTextField

# Each language under its own name, in the order of the switcher.
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A citizen has no password (sign-in by code); an officer has one and a second factor."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def known_or_opened(self, email: str, *, language: str) -> "User":
        """The account of the address, opened where nobody has it. One row is written either way, by
        the same statements: the time of the answer does not tell which."""
        opened = self.model(email=email, language=language)
        opened.set_unusable_password()
        self.bulk_create(
            [opened], update_conflicts=True, unique_fields=["email"], update_fields=["email"]
        )
        return self.get(email=email)

    def create_superuser(self, email: str, password: str, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Whoever signs in: a citizen by e-mailed code, an officer by password and second factor.

    ``session_epoch`` grows when the person signs out everywhere: sessions of an earlier epoch are
    no longer valid. ``mail_refused_at`` is set when a mail server refused the address for good, at
    once or by a report, and cleared when mail arrives (accounts/mailboxes.py); while set, messages
    take the second channel.
    """

    email = models.EmailField(_("email address"), unique=True)
    full_name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=LANGUAGES,
        default="kk",
    )
    is_staff = models.BooleanField(_("works in the admin"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("account opened"), default=timezone.now, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    mail_refused_at = models.DateTimeField(_("mail refused"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_lower_case")
        ]
        permissions = [("see_every_mission", "Can see the people of every mission")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        known: str = super()._get_session_auth_hash(secret=secret)
        return f"{known}.{self.session_epoch}"


class AuditEvent(models.Model):
    """One thing somebody did or looked at. Written by accounts.audit.record alone.

    Labels are text, not foreign keys: the log outlives the rows it speaks of. PostgreSQL refuses
    UPDATE and DELETE; ``hash`` chains each event to the one before.
    """

    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    actor_email = models.CharField(_("account"), max_length=254, blank=True)
    action = models.CharField(_("what"), max_length=60)
    target_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    target_id = models.CharField(_("object"), max_length=64, blank=True)
    target_label = models.CharField(_("object, in words"), max_length=400, blank=True)
    mission = models.CharField(_("mission"), max_length=60, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        indexes = [
            models.Index(fields=["target_type", "target_id", "id"], name="audit_of_target"),
            models.Index(fields=["mission", "id"], name="audit_of_mission"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_label}"


class OutboxMessage(models.Model):
    """A message written in the transaction it tells of, and sent by the worker afterwards.

    Subject and bodies are sealed, since a sign-in code stands in some of them; the bodies are
    emptied a while after sending (accounts/outbox.py). ``claimed_until`` is the lease of the worker
    that is sending it: where that one dies, another takes the message when the lease runs out. The
    Message-ID is the row's UUID, so a message sent twice by such an accident is recognised as one.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("message state", "Waiting")
        SENT = "sent", pgettext_lazy("message state", "Sent")
        BOUNCED = "bounced", pgettext_lazy("message state", "Did not arrive")
        DEAD = "dead", pgettext_lazy("message state", "Given up")

    class Channel(models.TextChoices):
        EMAIL = "email", pgettext_lazy("message channel", "Email")
        SMS = "sms", pgettext_lazy("message channel", "SMS")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel, default=Channel.EMAIL)
    recipient = models.CharField(_("to"), max_length=254)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    language = models.CharField(_("language"), max_length=2)
    kind = models.CharField(_("kind"), max_length=40)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    subject = EncryptedTextField(_("subject"))
    body_text = EncryptedTextField(_("text"))
    body_html = EncryptedTextField(_("HTML"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="outbox_due", condition=Q(state="queued")
            ),
            models.Index(
                fields=["created_at"], name="outbox_with_words", condition=~Q(body_text="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                # Taken at first, and reported later as not delivered.
                | Q(state="bounced", sent_at__isnull=False)
                | Q(~Q(state="sent"), sent_at=None),
                name="sent_message_says_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}".strip()


class RecoveryCode(models.Model):
    """One of a citizen's recovery codes, shown once and usable once; kept as a hash."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,  # worthless without the account
        related_name="recovery_codes",
    )
    code_hash = models.CharField(max_length=128)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self) -> str:
        return f"{self.user}, {self.made_at:%Y-%m-%d}"


class SecondWay(models.TextChoices):
    """What, beside a code sent to the new address, lets an account change its address."""

    OLD_ADDRESS = "old_address", _("A code sent to the address used until now")
    RECOVERY_CODE = "recovery_code", _("A recovery code")
    OFFICER = "officer", _("An officer looks at the document")


class AddressChangeQuerySet(models.QuerySet):
    def open(self, now: datetime | None = None) -> Self:
        """Neither done, nor stopped, nor lapsed."""
        moment = now or timezone.now()
        return self.filter(done_at=None, stopped_at=None, expires_at__gt=moment)

    def waiting(self, now: datetime | None = None) -> Self:
        """For an officer to look at the document."""
        asked = Q(second_way=SecondWay.OFFICER, new_confirmed_at__isnull=False)
        return self.open(now).filter(asked, user__isnull=False)


class AddressChange(models.Model):
    """A change of an account's email address, done once two ways have agreed.

    The old mailbox is never needed. Codes are kept as keyed hashes; what is not done by
    ``expires_at`` lapses, what was ``stopped_at`` (by a link, a later change or an officer, who
    gives a reason) is never done.

    ``user`` is None where no account has the address named as the old one: whoever asks sees the
    same pages, and nothing comes of it. Nobody confirms a change of his own account. ``old_email``
    is what whoever asks has named, and, once an officer is asked or the change is done, the address
    of the account until then.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="address_changes"
    )
    old_email = models.EmailField(_("old address"))
    new_email = models.EmailField(_("new address"))
    asked_signed_in = models.BooleanField(_("asked while signed in"), default=False)
    new_code_hash = models.CharField(max_length=128)
    old_code_hash = models.CharField(max_length=128, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    second_way = models.CharField(_("second way"), max_length=14, choices=SecondWay, blank=True)
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("lapses"))
    new_confirmed_at = models.DateTimeField(_("new address confirmed"), null=True, blank=True)
    second_confirmed_at = models.DateTimeField(_("second way passed"), null=True, blank=True)
    second_confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(_("old address told"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stopped_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stop_reason = models.TextField(_("reason"), max_length=1000, blank=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of email address")
        verbose_name_plural = _("changes of email address")
        indexes = [
            models.Index(
                fields=["new_confirmed_at"],
                name="address_changes_waiting",
                condition=Q(second_way=SecondWay.OFFICER, done_at=None, stopped_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(
                    user__isnull=False,
                    new_confirmed_at__isnull=False,
                    second_confirmed_at__isnull=False,
                    stopped_at=None,
                ),
                name="address_changed_in_two_ways",
            ),
            models.CheckConstraint(
                condition=Q(second_confirmed_at=None, second_confirmed_by=None)
                | Q(
                    second_confirmed_at__isnull=False,
                    second_way=SecondWay.OFFICER,
                    second_confirmed_by__isnull=False,
                )
                | Q(
                    second_confirmed_at__isnull=False,
                    second_way__in=[SecondWay.OLD_ADDRESS, SecondWay.RECOVERY_CODE],
                    second_confirmed_by=None,
                ),
                name="officer_confirms_exactly_the_officers_way",
            ),
            models.CheckConstraint(
                condition=Q(second_confirmed_by=None) | ~Q(second_confirmed_by=F("user")),
                name="nobody_confirms_his_own_address",
            ),
            models.CheckConstraint(
                condition=Q(stopped_by=None, stop_reason="")
                | Q(~Q(stop_reason=""), stopped_by__isnull=False, stopped_at__isnull=False),
                name="officer_stops_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_email}: {self.requested_at:%Y-%m-%d}"


class BackgroundTask(DBTaskResult):
    """A background task, as whoever looks after the portal sees it.

    Every worker that takes the task adds its name to ``worker_ids``, so their number is the number
    of attempts.
    """

    class Meta:
        proxy = True
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")

    def __str__(self) -> str:
        return self.task_name

    @property
    def attempts(self) -> int:
        return len(self.worker_ids)
