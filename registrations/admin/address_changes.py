"""Changes of an email address that wait for an officer's look at the document."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.address_codes import ChangeRefused
from accounts.address_handover import AddressTaken
from accounts.forms import PageForm
from accounts.models import AddressChange
from accounts.scoping import ScopedModelAdmin
from registrations.forms.address_changes import ConfirmAddressForm, RefuseAddressForm
from registrations.services import address_changes, last_known, looks

LIST = "admin:accounts_addresschange_changelist"


class ByPublicId(ChangeList):
    def url_for_result(self, result: Model) -> str:
        return reverse("admin:accounts_addresschange_change", args=[result.public_id])


@admin.register(AddressChange)
class AddressChangeAdmin(ScopedModelAdmin):
    """The list is what waits; a row opens the page with the person, the copies and the decision."""

    list_display = ("person", "new_email", "asked", "new_confirmed_at", "expires_at")
    list_display_links = ("person",)
    list_select_related = ("user__citizen",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return address_changes.waiting_for(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ByPublicId

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        pages = [
            path(
                f"<uuid:public_id>/{name}/",
                view(page),
                name=f"accounts_addresschange_{name}",
            )
            for name, page in (("change", show), ("confirm", confirm), ("refuse", refuse))
        ]
        return [*pages, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        raise Http404

    @admin.display(description=gettext_lazy("name"))
    def person(self, change: AddressChange) -> str:
        return str(getattr(change.user, "citizen", None) or change.old_email)

    @admin.display(description=gettext_lazy("asked"))
    def asked(self, change: AddressChange) -> str:
        if change.asked_signed_in:
            return _("while signed in to the account")
        return _("without being signed in: anybody may have asked")


def _change(request: HttpRequest, public_id: UUID) -> AddressChange:
    """404 for a change of somebody of another mission."""
    visible = address_changes.visible_to(request.user).select_related("user", "stopped_by")
    return get_object_or_404(visible, public_id=public_id)


def _page(
    request: HttpRequest, change: AddressChange, form: PageForm | None, **extra: Any
) -> HttpResponse:
    cases = address_changes.cases_shown(change, to=request.user)
    for case in cases:
        looks.log(case, actor=request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Change of email address"),
        "change": change,
        "form": form,
        "cases": [(case, last_known.name_in(case)) for case in cases],
        "elsewhere": address_changes.applications_of(change).count() - len(cases),
        "copies": address_changes.copies_of(change, seen_by=request.user),
        "waits": AddressChange.objects.waiting().filter(pk=change.pk).exists(),
        **extra,
    }
    return TemplateResponse(request, "admin/registrations/address_change.html", context)


def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who the person is, and the copies to compare with; each look is logged, at the change and at
    each case that stands on the page."""
    if request.method != "GET" or not request.user.has_perm("accounts.view_addresschange"):
        raise PermissionDenied
    change = _change(request, public_id)
    mission = address_changes.mission_of(request.user, change)
    audit.record(
        actor=request.user,
        action="address_change.viewed",
        target=change,
        label=str(change.user),
        mission=mission.code if mission else "",
    )
    decides = address_changes.may_decide(request.user, change)
    return _page(request, change, ConfirmAddressForm() if decides else None)


def _decided(
    request: HttpRequest, form: PageForm, act: Callable[[], object], done: str
) -> HttpResponse | None:
    """Do it and go back to the list; None where the page says why it cannot be done."""
    try:
        act()
    except AddressTaken:
        form.add_error(None, _("The new address belongs to another account: refuse, and say so"))
        return None
    except ChangeRefused:
        messages.error(request, _("Nothing was changed: somebody was faster, or the page was old."))
    else:
        messages.success(request, done)
    return redirect(LIST)


def _to_decide(request: HttpRequest, public_id: UUID) -> AddressChange:
    change = _change(request, public_id)
    if not address_changes.may_decide(request.user, change):
        raise PermissionDenied
    return change


@require_http_methods(["POST"])
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    change = _to_decide(request, public_id)
    form = ConfirmAddressForm(request.POST)
    answer = None
    if form.is_valid():
        answer = _decided(
            request,
            form,
            lambda: address_changes.confirm(change, actor=request.user),
            _("The address is changed; the person signs in with the new one."),
        )
    return answer or _page(request, change, form)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    change = _to_decide(request, public_id)
    form = RefuseAddressForm(request.POST if request.method == "POST" else None)
    answer = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = _decided(
            request,
            form,
            lambda: address_changes.refuse(change, actor=request.user, reason=reason),
            _("The change is refused; the address stays."),
        )
    return answer or _page(request, change, form, refuses=True)
