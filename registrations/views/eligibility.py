"""The way to the form: landing, three questions, the texts behind the footer."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registrations import law
from registrations.enums import Capacity
from registrations.forms.eligibility import CapacityForm, CitizenshipForm, WhereaboutsForm
from registrations.services import lifecycle


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    context = {
        "purposes": law.purposes_on(timezone.localdate()),
        "working_days": law.REGISTRATION_WORKING_DAYS,
        "draft_days": law.DRAFT_KEPT_DAYS,
    }
    return render(request, "registrations/landing.html", context)


@login_not_required
@require_safe
def text_page(request: HttpRequest, name: str) -> HttpResponse:
    """Privacy, accessibility, cookies: one template each."""
    context = {
        "consent": law.current_consent(),
        "retention": law.RETENTION,
        "leaving_days": law.LEAVING_WITHIN_DAYS,
    }
    return render(request, f"registrations/{name}.html", context)


def _question(request: HttpRequest, form: BaseForm, back: str) -> HttpResponse:
    context = {"form": form, "back": reverse(back)}
    return render(request, "registrations/question.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def citizenship(request: HttpRequest) -> HttpResponse:
    form = CitizenshipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["citizen"] == "no":
            return redirect("registrations:not-a-citizen")
        if form.cleaned_data["citizen"] == "unsure":
            return redirect("registrations:not-sure")
        return redirect("registrations:whereabouts")
    return _question(request, form, "registrations:landing")


@login_not_required
@require_http_methods(["GET", "POST"])
def whereabouts(request: HttpRequest) -> HttpResponse:
    form = WhereaboutsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["whereabouts"] == "home":
            return redirect("registrations:still-home")
        return redirect("registrations:capacity")
    return _question(request, form, "registrations:citizenship")


@login_not_required
@require_http_methods(["GET", "POST"])
def capacity(request: HttpRequest) -> HttpResponse:
    form = CapacityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        begin = reverse("registrations:begin", args=[form.cleaned_data["capacity"]])
        if request.user.is_authenticated:
            return HttpResponseRedirect(begin)
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': begin})}")
    return _question(request, form, "registrations:whereabouts")


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, capacity: str) -> HttpResponse:
    """After the sign-in: the draft is made by a POST, never by following a link."""
    chosen = Capacity(capacity)
    if request.method == "POST":
        try:
            application = lifecycle.start(account=request.user, capacity=chosen)
        except lifecycle.AlreadyRegistered:
            messages.info(request, _("You are on the register. Keep your entry true here."))
            return redirect("registrations:account")
        return redirect("registrations:application", application.public_id)
    context = {"capacity": chosen, "draft_days": law.DRAFT_KEPT_DAYS}
    return render(request, "registrations/begin.html", context)
