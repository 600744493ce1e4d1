from django.urls import path

from besa.evidence import views

urlpatterns = [
    path("post/<int:number>/", views.docket_item, name="docket_item"),
    path("post/<int:number>/add/", views.evidence_add, name="evidence_add"),
    path("file/<int:number>/", views.evidence_file, name="evidence_file"),
    path("file/<int:number>/open/", views.evidence_view, name="evidence_view"),
]
