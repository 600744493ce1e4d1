"""Addresses of the Door."""

from django.urls import path

from besa.reply import door

urlpatterns = [
    path("reply/<str:token>/", door.reply, name="door_reply"),
    path("reply/<str:token>/open/", door.redeem, name="door_redeem"),
    path("reply/<str:token>/new/", door.new_link, name="door_newlink"),
    path("answer/", door.answer, name="door_answer"),
    path("done/", door.done, name="door_done"),
]
