from django.urls import path

from missions import views

app_name = "missions"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("<slug:code>/", views.mission, name="mission"),
]
