from django.urls import path

from besa.triage import views
from besa.triage.views import coordination

urlpatterns = [
    path("", views.docket, name="docket"),
    path("put/", views.docket_put, name="docket_put"),
    path("lexicon/", views.lexicon, name="lexicon"),
    path("runs/", views.triage_runs, name="triage_runs"),
    path("runs/start/", views.triage_run, name="triage_run"),
    path("coordination/", coordination.coordination, name="coordination"),
    path("coordination/<slug:address>/", coordination.coordination_family, name="coordination_family"),
    path("coordination/<slug:address>.<slug:form>", coordination.coordination_network, name="coordination_network"),
]
