"""The document the person shows, the exit permit, and the copies of both."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from registrations import law
from registrations.enums import AttachmentKind, DocumentType
from registrations.forms.base import ApplicationPage
from registrations.forms.fields import DayMonthYearField, DocumentNumberField, latest_today
from registrations.models import Application, Attachment, ExitPermit, TravelDocument
from registrations.steps import STEPS, Step
from registrations.uploads import UploadRefused

NO_DOCUMENT = "none"


def _ask_for_copy(application: Application) -> None:
    """Who had no document passed by the page of its copy; who has one now sends the copy."""
    if application.attachments.current().filter(kind=AttachmentKind.IDENTITY).exists():
        return
    key = next(step.key for step in STEPS if step.attachment == AttachmentKind.IDENTITY)
    application.answered_pages = [page for page in application.answered_pages if page != key]


class DocumentPage(ApplicationPage):
    heading = _("Which document do you have?")
    type = forms.ChoiceField(
        label=heading,
        choices=[*DocumentType.choices, (NO_DOCUMENT, _("None now"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the document")},
    )
    number = DocumentNumberField(label=_("Number"), required=False)
    issued_by = forms.CharField(
        label=_("Issued by (if it is written there)"), max_length=200, required=False
    )
    issued_on = DayMonthYearField(
        label=_("Date of issue"),
        name=_("Date of issue"),
        required=False,
        latest=latest_today,
        too_late=_("Date of issue must be today or earlier"),
    )
    expires_on = DayMonthYearField(
        label=_("Valid until (if there is a date)"), name=_("Valid until"), required=False
    )

    DETAILS = ("number", "issued_by", "issued_on", "expires_on")
    for_another = {"heading": _("Document")}

    @classmethod
    def load(cls, application: Application) -> dict:
        document = application.citizen.document
        if document is None:
            return {"type": NO_DOCUMENT} if "document" in application.answered_pages else {}
        return {field: getattr(document, field) for field in ("type", *cls.DETAILS)}

    @classmethod
    def load_answers(cls, answers: dict[str, str]) -> dict[str, Any]:
        return super().load_answers(answers or {"type": NO_DOCUMENT})

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("type") == NO_DOCUMENT and self._typed_anew(*self.DETAILS):
            message = _("Select the document you have, or empty the boxes below")
            self.add_error("type", forms.ValidationError(message, code="both"))
        if cleaned.get("type") in {NO_DOCUMENT, None}:
            return cleaned
        if not cleaned.get("number") and "number" not in self.errors:
            self.add_error(
                "number",
                forms.ValidationError(
                    _("Enter the document number, like N12345678"), code="required"
                ),
            )
        if not cleaned.get("issued_on") and "issued_on" not in self.errors:
            self.add_error(
                "issued_on", forms.ValidationError(_("Enter the date of issue"), code="required")
            )
        issued, expires = cleaned.get("issued_on"), cleaned.get("expires_on")
        if issued and expires and expires <= issued:
            self.add_error(
                "expires_on",
                forms.ValidationError(
                    _("The document must be valid until a day after its date of issue"),
                    code="order",
                ),
            )
        return cleaned

    def write(self, application: Application) -> None:
        current = application.citizen.document
        if self.cleaned_data["type"] == NO_DOCUMENT:
            if current:
                current.replaced_at = timezone.now()
                current.save()
            return
        document = current or TravelDocument(citizen=application.citizen)
        for field in ("type", *self.DETAILS):
            if field in self.cleaned_data:
                setattr(document, field, self.cleaned_data[field])
        document.save()
        if current is None:
            _ask_for_copy(application)

    def can_keep_a_part(self) -> bool:
        """The row wants a type and a number; the dates may come when the document is at hand."""
        return bool(self.cleaned_data.get("type") and self.cleaned_data.get("number"))

    def notice(self) -> str:
        """What the person is told after an expired document was kept."""
        expires = self.cleaned_data.get("expires_on")
        if not expires or expires >= self.today():
            return ""
        return _(
            "The document expired on %(date)s. You can continue. Ask your mission how to renew it."
        ) % {"date": date_format(expires, "DATE_FORMAT")}


class ExitPermitPage(ApplicationPage):
    heading = _("What does the decision allowing you to leave say?")
    hint = _("The decision of the internal affairs bodies on leaving for permanent residence.")
    number = forms.CharField(
        label=_("Number of the decision"),
        max_length=60,
        error_messages={"required": _("Enter the number of the decision")},
    )
    issued_on = DayMonthYearField(
        label=_("Date of the decision"),
        name=_("Date of the decision"),
        latest=latest_today,
        too_late=_("Date of the decision must be today or earlier"),
        required_message=_("Enter the date of the decision"),
    )
    issued_by = forms.CharField(
        label=_("Who issued it"),
        max_length=200,
        error_messages={"required": _("Enter who issued the decision")},
    )

    FIELDS = ("number", "issued_on", "issued_by")
    for_another = {"heading": _("Decision allowing to leave")}

    @classmethod
    def load(cls, application: Application) -> dict:
        permit = ExitPermit.objects.filter(citizen=application.citizen).first()
        return {field: getattr(permit, field) for field in cls.FIELDS} if permit else {}

    def write(self, application: Application) -> None:
        citizen = application.citizen
        permit = ExitPermit.objects.filter(citizen=citizen).first() or ExitPermit(citizen=citizen)
        for field in self.FIELDS:
            setattr(permit, field, self.cleaned_data[field])
        permit.legal_act = law.exit_permit_act_on(permit.issued_on).key
        permit.save()


class CopyPage(ApplicationPage):
    """One kind of document copy: the answer is the file, which the view keeps."""

    another_label = _("Add another file")
    OPTIONAL = frozenset({AttachmentKind.PHOTO})
    HEADINGS = {
        AttachmentKind.IDENTITY: _("Send a copy of the identity document"),
        AttachmentKind.EXIT_PERMIT: _("Send a copy of the decision allowing to leave"),
        AttachmentKind.PHOTO: _("Send a photo for the passport insert, if you wish"),
        AttachmentKind.REPRESENTATION: _("Send the proof that you represent the person"),
    }
    upload = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("JPG, PNG, WebP, HEIC or PDF, up to 10 MB. You may take a picture now."),
        # "image/*" is what makes a phone offer its camera.
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif,.pdf"}),
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        assert step.attachment is not None
        self.kind = step.attachment
        self.heading = self.HEADINGS[self.kind]
        super().__init__(*args, **kwargs)

    @classmethod
    def load(cls, application: Application) -> dict:
        return {}

    @property
    def copies(self) -> QuerySet[Attachment]:
        return self.application.attachments.filter(kind=self.kind, replaced_at=None)

    @property
    def is_optional(self) -> bool:
        return self.kind in self.OPTIONAL or self.has_no_document

    @property
    def is_portrait(self) -> bool:
        return self.kind == AttachmentKind.PHOTO

    @property
    def is_proof(self) -> bool:
        return self.kind == AttachmentKind.REPRESENTATION

    @property
    def has_no_document(self) -> bool:
        """There is nothing to copy: another paper serves, or none."""
        return (
            self.kind == AttachmentKind.IDENTITY
            and "document" in self.application.answered_pages
            and self.application.citizen.document is None
        )

    def refuse(self, refused: UploadRefused) -> None:
        """Say at the field why the file was not taken."""
        self.add_error("upload", forms.ValidationError(refused.message, code=refused.code))

    def refuse_more(self, most: int) -> None:
        message = _("Remove a file first: %(most)s files of one kind are enough")
        self.add_error(
            "upload",
            forms.ValidationError(message, code="too_many", params={"most": most}),
        )
