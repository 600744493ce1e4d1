from django.urls import path

from besa.collect import views, watch

urlpatterns = [
    path("", views.imports, name="imports"),
    path("upload/", views.import_upload, name="import_upload"),
    path("upload/<str:token>/", views.import_preview, name="import_preview"),
    path("upload/<str:token>/mapping/", views.import_mapping, name="import_mapping"),
    path("upload/<str:token>/run/", views.import_run, name="import_run"),
    path("mapping/<int:pk>.toml", views.mapping_file, name="mapping_file"),
    path("capture/<int:pk>/video/", watch.capture_video, name="capture_video"),
    path("capture/recording/<int:pk>/", watch.capture_play, name="capture_play"),
    path("<str:import_id>/", views.import_show, name="import_show"),
]
