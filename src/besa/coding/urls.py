from django.urls import path

from besa.coding import views
from besa.coding.views import batch, book, care, people
from besa.coding.views.copies import finding_copies
from besa.coding.views.names_read import names_check

urlpatterns = [
    path("", views.coding_home, name="coding_home"),
    path("take/<slug:task>/", views.take, name="coding_take"),
    path("give-back/<slug:task>/<int:item>/", views.give_back, name="coding_give_back"),
    path("give-all-back/<slug:task>/", batch.give_all_back, name="coding_give_all_back"),
    path("batch/<slug:task>/", batch.batch, name="coding_batch"),
    path("around/<int:item>/", batch.around, name="coding_around"),
    path("mine/", people.mine, name="coding_mine"),
    path("people/", people.people, name="coding_people"),
    path("people/<int:pk>/", people.person, name="coding_person"),
    path("care/", care.care, name="coding_care"),
    path("distress/", care.distress, name="coding_distress"),
    path("distress/<int:pk>/", care.distress_seen, name="coding_distress_seen"),
    path("ties/<int:pk>/end/", people.end_tie, name="coding_end_tie"),
    path("know/<slug:task>/<int:item>/", people.recuse, name="coding_recuse"),
    path("screen/", views.screen_next, name="screen_next"),
    path("screen/undo/", views.undo, name="screen_undo"),
    path("code/<int:item>/", views.code_item, name="code_item"),
    path("code/<int:item>/draft/", views.draft, name="code_draft"),
    path("code/<int:pk>/names/", names_check, name="names_check"),
    path("code/<int:item>/take-back/", views.take_back, name="code_take_back"),
    path("code/<int:item>/answered/", views.answered, name="code_answered"),
    path("code/<int:item>/ask/", views.ask, name="code_ask"),
    path("questions/", views.questions, name="coding_questions"),
    path("adjudicate/<int:item>/", views.adjudicate_item, name="adjudicate_item"),
    path("actors.json", views.actors, name="coding_actors"),
    path("codebook/", book.codebook, name="codebook"),
    path("codebook/file/<slug:form>/", book.codebook_file, name="codebook_file"),
    path("findings/", views.findings, name="findings"),
    path("findings/changed/", views.changed, name="findings_changed"),
    path("findings/<slug:number>/", views.finding, name="finding"),
    path("findings/<slug:number>/copies/", finding_copies, name="finding_copies"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/<slug:variable>/", views.agreement_variable, name="agreement_variable"),
    path("agreement/<slug:variable>/posts/", views.agreement_differing, name="agreement_differing"),
]
