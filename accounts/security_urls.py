"""The account's own safety, for whoever is signed in."""

from django.urls import path

from accounts import address_views, security_views

app_name = "security"
urlpatterns = [
    path("", security_views.overview, name="overview"),
    path("recovery-codes/", security_views.recovery_codes, name="recovery-codes"),
    path("sign-in-again/", security_views.sign_in_again, name="sign-in-again"),
    path("sign-out-everywhere/", security_views.sign_out_everywhere, name="sign-out-everywhere"),
    path("address/", address_views.new, name="address"),
    path("address/stop/", security_views.stop_address_change, name="address-stop"),
]
