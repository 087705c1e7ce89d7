from django.urls import path

from registrations.views import applications, attachments, certificates, eligibility, self_service

app_name = "registrations"
urlpatterns = [
    path("", eligibility.landing, name="landing"),
    path("privacy/", eligibility.text_page, {"name": "privacy"}, name="privacy"),
    path("accessibility/", eligibility.text_page, {"name": "accessibility"}, name="accessibility"),
    path("cookies/", eligibility.text_page, {"name": "cookies"}, name="cookies"),
    path("register/", eligibility.citizenship, name="citizenship"),
    path("register/where/", eligibility.whereabouts, name="whereabouts"),
    path("register/who/", eligibility.capacity, name="capacity"),
    path(
        "register/not-a-citizen/",
        eligibility.text_page,
        {"name": "not_a_citizen"},
        name="not-a-citizen",
    ),
    path("register/at-home/", eligibility.text_page, {"name": "still_home"}, name="still-home"),
    path("register/begin/<capacity:capacity>/", eligibility.begin, name="begin"),
    path("register/<uuid:public_id>/", applications.application, name="application"),
    path("register/<uuid:public_id>/check/", applications.check, name="check"),
    path("register/<uuid:public_id>/send/", applications.send, name="application-send"),
    path("register/<uuid:public_id>/answer/", applications.answer, name="application-answer"),
    path("register/<uuid:public_id>/sent/", applications.receipt, name="receipt"),
    path("register/<uuid:public_id>/answers/", applications.answers, name="answers"),
    path("register/<uuid:public_id>/withdraw/", applications.withdraw, name="application-withdraw"),
    path("register/<uuid:public_id>/copies/<copy:key>/", attachments.copy_page, name="copy"),
    path("register/<uuid:public_id>/<page:key>/", applications.page, name="page"),
    path(
        "register/<uuid:public_id>/<page:key>/<uuid:person>/remove/",
        applications.remove_person,
        name="person-remove",
    ),
    path("copies/<uuid:public_id>/", attachments.show, name="attachment"),
    path("copies/<uuid:public_id>/pages/<int:number>/", attachments.page, name="attachment-page"),
    path("copies/<uuid:public_id>/remove/", attachments.remove, name="attachment-remove"),
    path("account/", self_service.account, name="account"),
    path("verify/", certificates.verify_form, name="verify"),
    path("verify/<slug:code>/", certificates.verify, name="certificate-verify"),
]
