"""Addresses of the Door of this room."""

from django.urls import path

from besa.pledge import door

urlpatterns = [
    path("", door.ask, name="door_sign"),
    path("asked/", door.asked, name="door_sign_asked"),
    path("text/", door.text, name="door_sign_text"),
    path("text/code.json", door.code_text, name="door_sign_code"),
    path("text/receipt.json", door.receipt_json, name="door_sign_receipt"),
    path("text/receipt-<str:language>.pdf", door.receipt_pdf, name="door_sign_pdf"),
    path("link/<str:token>/", door.link, name="door_sign_link"),
    path("link/<str:token>/open/", door.redeem, name="door_sign_redeem"),
    path("for/<slug:election>/", door.ask, name="door_sign_for"),
]
