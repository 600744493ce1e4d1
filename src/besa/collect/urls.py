from django.urls import path

from besa.collect import capture, views, watch

urlpatterns = [
    path("", views.imports, name="imports"),
    path("upload/", views.import_upload, name="import_upload"),
    path("upload/<str:token>/", views.import_preview, name="import_preview"),
    path("upload/<str:token>/mapping/", views.import_mapping, name="import_mapping"),
    path("upload/<str:token>/run/", views.import_run, name="import_run"),
    path("mapping/<int:pk>.toml", views.mapping_file, name="mapping_file"),
    path("capture/", capture.captures, name="captures"),
    path("capture/new/", capture.capture_new, name="capture_new"),
    path("capture/address/", capture.capture_address, name="capture_address"),
    path("capture/extension.zip", capture.extension, name="extension"),
    path("capture/token/", capture.token_make, name="token_make"),
    path("capture/token/<int:pk>/revoke/", capture.token_revoke, name="token_revoke"),
    path("capture/<int:pk>/", capture.capture_show, name="capture_show"),
    path("capture/<int:pk>/video/", watch.capture_video, name="capture_video"),
    path("capture/recording/<int:pk>/", watch.capture_play, name="capture_play"),
    path("<str:import_id>/", views.import_show, name="import_show"),
]
