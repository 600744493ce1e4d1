from django.urls import path

from besa.triage import views
from besa.triage.views import budgeting

urlpatterns = [
    path("", views.docket, name="docket"),
    path("put/", views.docket_put, name="docket_put"),
    path("lexicon/", views.lexicon, name="lexicon"),
    path("runs/", views.triage_runs, name="triage_runs"),
    path("budget/", budgeting.budget, name="budget"),
]
