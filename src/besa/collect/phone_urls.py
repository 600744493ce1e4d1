from django.urls import path

from besa.collect import phone

urlpatterns = [
    path("", phone.phone, name="phone"),
    path("worker.js", phone.phone_worker, name="phone_worker"),
    path("manifest.webmanifest", phone.phone_manifest, name="phone_manifest"),
    path("files/<str:name>", phone.phone_file, name="phone_file"),
    path("share/", phone.phone_share, name="phone_share"),
    path("session/", phone.phone_session, name="phone_session"),
    path("uploads/", phone.phone_uploads, name="phone_uploads"),
    path("uploads/<str:token>/<int:number>/", phone.phone_upload, name="phone_upload"),
    path("captures/", phone.phone_capture, name="phone_capture"),
    path("discard/", phone.phone_discard, name="phone_discard"),
]
