from django.urls import path

from besa.coding import views
from besa.coding.views.copies import finding_copies
from besa.coding.views.names_read import names_check

urlpatterns = [
    path("", views.coding_home, name="coding_home"),
    path("take/<slug:task>/", views.take, name="coding_take"),
    path("give-back/<slug:task>/<int:item>/", views.give_back, name="coding_give_back"),
    path("screen/", views.screen_next, name="screen_next"),
    path("screen/undo/", views.undo, name="screen_undo"),
    path("code/<int:item>/", views.code_item, name="code_item"),
    path("code/<int:item>/draft/", views.draft, name="code_draft"),
    path("code/<int:pk>/names/", names_check, name="names_check"),
    path("adjudicate/<int:item>/", views.adjudicate_item, name="adjudicate_item"),
    path("actors.json", views.actors, name="coding_actors"),
    path("findings/", views.findings, name="findings"),
    path("findings/changed/", views.changed, name="findings_changed"),
    path("findings/<slug:number>/", views.finding, name="finding"),
    path("findings/<slug:number>/copies/", finding_copies, name="finding_copies"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/<slug:variable>/", views.agreement_variable, name="agreement_variable"),
    path("agreement/<slug:variable>/posts/", views.agreement_differing, name="agreement_differing"),
]
