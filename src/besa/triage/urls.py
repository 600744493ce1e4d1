from django.urls import path

from besa.triage import views
from besa.triage.views import clocks, unusual

urlpatterns = [
    path("", views.docket, name="docket"),
    path("put/", views.docket_put, name="docket_put"),
    path("lexicon/", views.lexicon, name="lexicon"),
    path("clocks/", clocks.clocks, name="clocks"),
    path("clocks/<int:number>/close/", clocks.clock_close, name="clock_close"),
    path("unusual/", unusual.unusual, name="unusual"),
    path("runs/", views.triage_runs, name="triage_runs"),
    path("runs/start/", views.triage_run, name="triage_run"),
]
