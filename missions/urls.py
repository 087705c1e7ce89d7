from django.urls import path

from missions import views

app_name = "missions"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("countries/<str:code>/", views.country, name="country"),
    path("<slug:code>/", views.mission, name="mission"),
]
