from django.urls import path

from besa.triage import views
from besa.triage.views import advertising, claims

urlpatterns = [
    path("", views.docket, name="docket"),
    path("put/", views.docket_put, name="docket_put"),
    path("lexicon/", views.lexicon, name="lexicon"),
    path("advertising/", advertising.advertising, name="advertising"),
    path("claims/", claims.claims, name="claims"),
    path("claims/take-in/", claims.claims_apply, name="claims_apply"),
    path("claims/<int:pk>/set-aside/", claims.claim_set_aside, name="claim_set_aside"),
    path("runs/", views.triage_runs, name="triage_runs"),
    path("runs/start/", views.triage_run, name="triage_run"),
]
