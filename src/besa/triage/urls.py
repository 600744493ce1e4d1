from django.urls import path

from besa.triage import views
from besa.triage.views import families

urlpatterns = [
    path("", views.docket, name="docket"),
    path("put/", views.docket_put, name="docket_put"),
    path("families/", families.families, name="families"),
    path("families/<slug:key>/", families.family, name="family"),
    path("lexicon/", views.lexicon, name="lexicon"),
    path("runs/", views.triage_runs, name="triage_runs"),
    path("runs/start/", views.triage_run, name="triage_run"),
]
