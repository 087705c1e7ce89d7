"""What the ministry and a superuser find in the officers' side about accounts."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin

from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def test_account_is_read_by_the_ministry(cast):
    page = signed_in(cast.ministry).get(f"/admin/accounts/user/{cast.officer_here.pk}/change/")
    assert page.status_code == 200
    assert cast.officer_here.email in page.content.decode()
    assert page.context["adminform"].form.fields == {}


def test_every_page_of_every_model_opens_for_whoever_may_see_it(cast, everything):
    superuser = UserFactory(officer=True, is_superuser=True)
    for person in (cast.ministry, cast.officer_here, superuser):
        client = signed_in(person)
        for model in admin.site._registry:
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            row = model._base_manager.order_by("pk").first()
            pages = [base, f"{base}add/", *([f"{base}{row.pk}/change/"] if row else [])]
            for page in pages:
                assert client.get(page).status_code < 500, page


@pytest.mark.parametrize("model", ["mfa/authenticator", "account/emailaddress", "auth/group"])
def test_superuser_changes_nothing_beside_the_log(cast, model):
    superuser = UserFactory(officer=True, is_superuser=True)
    Authenticator.objects.create(user=cast.officer_here, type="totp", data={"secret": "x"})
    assert signed_in(superuser).get(f"/admin/{model}/").status_code == 404
