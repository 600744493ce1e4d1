from django.urls import path

from besa.report import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("freeze/", views.freeze, name="freeze"),
    path("tables/", views.catalogue, name="tables"),
    path("tables/<slug:name>/", views.table, name="table"),
    path("editions/", views.editions, name="editions"),
    path("<str:name>/", views.report, name="report"),
    path("<str:name>/words/", views.write_prose, name="write_prose"),
    path("<str:name>/sign-off/", views.sign_off, name="sign_off"),
    path("<str:name>/figure/<slug:figure>.svg", views.figure, name="report_figure"),
    path("<str:name>/<str:language>.<slug:form>", views.download, name="report_file"),
]
