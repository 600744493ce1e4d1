from django.urls import path

from besa.collect import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("upload/", views.import_upload, name="import_upload"),
    path("upload/<str:token>/", views.import_preview, name="import_preview"),
    path("upload/<str:token>/mapping/", views.import_mapping, name="import_mapping"),
    path("upload/<str:token>/run/", views.import_run, name="import_run"),
    path("mapping/<int:pk>.toml", views.mapping_file, name="mapping_file"),
    path("tips/", views.tips, name="tips"),
    path("tips/<int:pk>/", views.tip_show, name="tip_show"),
    path("tips/<int:pk>/picture.jpg", views.tip_picture, name="tip_picture"),
    path("tips/<int:pk>/look/", views.tip_look, name="tip_look"),
    path("tips/<int:pk>/join/", views.tip_join, name="tip_join"),
    path("tips/<int:pk>/decline/", views.tip_decline, name="tip_decline"),
    path("tips/<int:pk>/take-up/", views.tip_take_up, name="tip_take_up"),
    path("tips/<int:pk>/contact/", views.tip_contact, name="tip_contact"),
    path("tips/<int:pk>/contact/erase/", views.tip_erase_contact, name="tip_erase_contact"),
    path("<str:import_id>/", views.import_show, name="import_show"),
]
