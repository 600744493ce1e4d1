"""Addresses of the room at the desk."""

from django.urls import path

from besa.reply import views
from besa.reply.views import cases

urlpatterns = [
    path("", views.notices, name="notices"),
    path("serve/", views.serve, name="notices_serve"),
    path("notice/<int:pk>/", views.notice, name="notice"),
    path("notice/<int:pk>/again/", views.serve_again, name="notice_again"),
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.case_new, name="case_new"),
    path("cases/<int:number>/", cases.case, name="case"),
    path("cases/<int:number>/dossier/", cases.dossier_make, name="dossier_make"),
    path("cases/dossier/<int:pk>/", cases.dossier_file, name="dossier_file"),
    path("finding/<str:number>/dossier/", cases.hand_over, name="hand_over"),
    path("cases/dossier/<int:pk>/handed-over/", cases.dossier_handed_over, name="dossier_handed_over"),
    path("reply/<int:pk>/decide/", views.decide, name="reply_decide"),
    path("finding/<int:pk>/remedy/", views.remedy, name="remedy_add"),
]
