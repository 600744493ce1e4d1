from django.urls import path

from besa.evidence import views
from besa.evidence.views import pages

urlpatterns = [
    path("post/<int:number>/", views.docket_item, name="docket_item"),
    path("post/<int:number>/add/", views.evidence_add, name="evidence_add"),
    path("file/<int:number>/", views.evidence_file, name="evidence_file"),
    path("post/<int:number>/page/", pages.item_page, name="item_page"),
    path("pages/", pages.pages, name="pages"),
    path("log-ins/", pages.log_ins, name="log_ins"),
    path("log-ins/end/", pages.log_in_end, name="log_in_end"),
    path("file/<int:number>/open/", views.evidence_view, name="evidence_view"),
]
