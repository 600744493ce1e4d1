from django.urls import path

from besa.collect import held, views
from besa.collect.coverage import views as coverage
from besa.collect.names import views as names

urlpatterns = [
    path("", views.imports, name="imports"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("coverage/<int:pk>/", coverage.coverage_account, name="coverage_account"),
    path("names/", names.names, name="names"),
    path("names/<int:pk>/cover/", names.name_cover, name="name_cover"),
    path("upload/", views.import_upload, name="import_upload"),
    path("upload/<str:token>/", views.import_preview, name="import_preview"),
    path("upload/<str:token>/mapping/", views.import_mapping, name="import_mapping"),
    path("upload/<str:token>/run/", views.import_run, name="import_run"),
    path("mapping/<int:pk>.toml", views.mapping_file, name="mapping_file"),
    path("<str:import_id>/held/", held.import_held, name="import_held"),
    path("<str:import_id>/", views.import_show, name="import_show"),
]
