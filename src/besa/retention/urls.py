from django.urls import path

from besa.retention import views

urlpatterns = [
    path("", views.retention, name="retention"),
    path("preview/", views.preview, name="retention_preview"),
    path("erase/", views.erase, name="erase"),
    path("erasure/<int:pk>/", views.erasure, name="erasure"),
    path("hold/", views.hold_set, name="hold_set"),
    path("hold/<int:pk>/lift/", views.hold_lift, name="hold_lift"),
]
