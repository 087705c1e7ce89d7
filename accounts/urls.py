"""The pages of the sign-in library that are used here, and no others; passwords are ours."""

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from csp.decorators import csp_update
from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.RequestCode.as_view(), name="account_request_login_code"),
    path("code/", views.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("out/", account.logout, name="account_logout"),
    path("stay/", views.stay, name="stay-signed-in"),
    path("officer/", account.login, name="account_login"),
    path("officer/password/", views.password_forgotten, name="password-forgotten"),
    path("officer/password/sent/", views.password_link_sent, name="password-link-sent"),
    path("officer/password/<str:link>/", views.password_set, name="password-set"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    # The picture of the secret is a data: address; only this page may show one.
    path(
        "second-factor/totp/activate/",
        csp_update({"img-src": ["data:"]})(totp.activate_totp),
        name="mfa_activate_totp",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
]
