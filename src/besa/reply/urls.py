"""Addresses of the room at the desk."""

from django.urls import path

from besa.reply import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("serve/", views.serve, name="notices_serve"),
    path("notice/<int:pk>/", views.notice, name="notice"),
    path("notice/<int:pk>/again/", views.serve_again, name="notice_again"),
    path("reply/<int:pk>/decide/", views.decide, name="reply_decide"),
    path("finding/<int:pk>/remedy/", views.remedy, name="remedy_add"),
]
