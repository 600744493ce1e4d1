from django.urls import path

from besa.triage import views
from besa.triage.views import advertising, budgeting, claims, clocks, coordination, explorer, families, terms, unusual

urlpatterns = [
    path("", views.docket, name="docket"),
    path("put/", views.docket_put, name="docket_put"),
    path("lexicon/", terms.lexicon, name="lexicon"),
    path("lexicon/add/", terms.term_edit, name="term_add"),
    path("lexicon/<int:pk>/", terms.term_edit, name="term_edit"),
    path("lexicon/<int:pk>/retire/", terms.term_retire, name="term_retire"),
    path("lexicon/<int:pk>/again/", terms.term_again, name="term_again"),
    path("lexicon/import/", terms.lexicon_import, name="lexicon_import"),
    path("lexicon/<str:language>.csv", terms.lexicon_csv, name="lexicon_csv"),
    path("clocks/", clocks.clocks, name="clocks"),
    path("clocks/<int:number>/close/", clocks.clock_close, name="clock_close"),
    path("explore/", explorer.explorer, name="explorer"),
    path("explore/posts.csv", explorer.explorer_csv, name="explorer_csv"),
    path("explore/counts.csv", explorer.explorer_counts, name="explorer_counts"),
    path("explore/save/", explorer.view_save, name="view_save"),
    path("explore/drop/<int:pk>/", explorer.view_drop, name="view_drop"),
    path("explore/<str:number>/", explorer.explorer_post, name="explorer_post"),
    path("explore/<str:number>/put/", explorer.explorer_put, name="explorer_put"),
    path("unusual/", unusual.unusual, name="unusual"),
    path("families/", families.families, name="families"),
    path("families/<slug:key>/", families.family, name="family"),
    path("advertising/", advertising.advertising, name="advertising"),
    path("claims/", claims.claims, name="claims"),
    path("claims/take-in/", claims.claims_apply, name="claims_apply"),
    path("claims/<int:pk>/set-aside/", claims.claim_set_aside, name="claim_set_aside"),
    path("runs/", views.triage_runs, name="triage_runs"),
    path("coordination/", coordination.coordination, name="coordination"),
    path("coordination/<slug:address>/", coordination.coordination_family, name="coordination_family"),
    path("coordination/<slug:address>.<slug:form>", coordination.coordination_network, name="coordination_network"),
    path("budget/", budgeting.budget, name="budget"),
]
