from django.urls import path

from besa.collect.coverage import views as coverage
from besa.collect.names import views as names
from besa.collect.views import captures, held, imports, sources, tips, video

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("coverage/<int:pk>/", coverage.coverage_account, name="coverage_account"),
    path("names/", names.names, name="names"),
    path("names/<int:pk>/cover/", names.name_cover, name="name_cover"),
    path("upload/", imports.import_upload, name="import_upload"),
    path("upload/<str:token>/", imports.import_preview, name="import_preview"),
    path("upload/<str:token>/mapping/", imports.import_mapping, name="import_mapping"),
    path("upload/<str:token>/run/", imports.import_run, name="import_run"),
    path("mapping/<int:pk>.toml", imports.mapping_file, name="mapping_file"),
    path("capture/", captures.captures, name="captures"),
    path("capture/new/", captures.capture_new, name="capture_new"),
    path("capture/address/", captures.capture_address, name="capture_address"),
    path("capture/extension.zip", captures.extension, name="extension"),
    path("capture/token/", captures.token_make, name="token_make"),
    path("capture/token/<int:pk>/revoke/", captures.token_revoke, name="token_revoke"),
    path("capture/<int:pk>/", captures.capture_show, name="capture_show"),
    path("capture/<int:pk>/video/", video.capture_video, name="capture_video"),
    path("capture/recording/<int:pk>/", video.capture_play, name="capture_play"),
    path("tips/", tips.tips, name="tips"),
    path("tips/<int:pk>/", tips.tip_show, name="tip_show"),
    path("tips/<int:pk>/picture.jpg", tips.tip_picture, name="tip_picture"),
    path("tips/<int:pk>/look/", tips.tip_look, name="tip_look"),
    path("tips/<int:pk>/join/", tips.tip_join, name="tip_join"),
    path("tips/<int:pk>/decline/", tips.tip_decline, name="tip_decline"),
    path("tips/<int:pk>/take-up/", tips.tip_take_up, name="tip_take_up"),
    path("tips/<int:pk>/contact/", tips.tip_contact, name="tip_contact"),
    path("tips/<int:pk>/contact/erase/", tips.tip_erase_contact, name="tip_erase_contact"),
    path("sources/", sources.sources, name="sources"),
    path("sources/add/", sources.source_add, name="source_add"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/switch/", sources.source_switch, name="source_switch"),
    path("sources/<int:pk>/poll/", sources.source_poll, name="source_poll"),
    path("<str:import_id>/held/", held.import_held, name="import_held"),
    path("<str:import_id>/", imports.import_show, name="import_show"),
]
