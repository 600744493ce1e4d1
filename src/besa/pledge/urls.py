from django.urls import path

from besa.pledge import views

urlpatterns = [
    path("", views.code, name="code"),
    path("signatories/", views.signatories, name="signatories"),
    path("signatories/<slug:actor>/", views.signatory, name="signatory"),
    path("signatories/<slug:actor>/sign/", views.signatory_sign, name="signatory_sign"),
    path("signatories/<slug:actor>/withdraw/", views.signatory_withdraw, name="signatory_withdraw"),
    path("watch-list/", views.watchlist, name="watchlist"),
    path("watch-list/<slug:actor>/", views.actor, name="actor"),
    path("watch-list/<slug:actor>/identity/<int:account>/", views.grade_identity, name="grade_identity"),
    path("watch-list/<slug:actor>/affiliation/", views.grade_affiliation, name="grade_affiliation"),
    path("watch-list/<slug:actor>/status/<int:account>/", views.account_status, name="account_status"),
    path("areas/", views.areas, name="areas"),
    path("phases/", views.phases, name="phases"),
]
