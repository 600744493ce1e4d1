from django.urls import path

from besa.collect import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("upload/", views.import_upload, name="import_upload"),
    path("upload/<str:token>/", views.import_preview, name="import_preview"),
    path("upload/<str:token>/mapping/", views.import_mapping, name="import_mapping"),
    path("upload/<str:token>/run/", views.import_run, name="import_run"),
    path("mapping/<int:pk>.toml", views.mapping_file, name="mapping_file"),
    path("sources/", views.sources, name="sources"),
    path("sources/add/", views.source_add, name="source_add"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/switch/", views.source_switch, name="source_switch"),
    path("sources/<int:pk>/poll/", views.source_poll, name="source_poll"),
    path("<str:import_id>/", views.import_show, name="import_show"),
]
