"""A new email address, step by step; open to whoever lost the mailbox and cannot sign in."""

from django.urls import path

from accounts import address_views as views

app_name = "address"
urlpatterns = [
    path("lost/", views.lost, name="lost"),
    path("stop/<str:token>/", views.cancel, name="cancel"),
    path("<uuid:public_id>/", views.state, name="state"),
    path("<uuid:public_id>/code/", views.code, name="code"),
    path("<uuid:public_id>/second/", views.second, name="second"),
    path("<uuid:public_id>/old-code/", views.old_code, name="old-code"),
    path("<uuid:public_id>/recovery-code/", views.recovery_code, name="recovery-code"),
]
