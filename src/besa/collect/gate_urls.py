"""Addresses under `/z/<token>/`: for tools that carry a token instead of a session."""

from django.urls import path

from besa.collect import gate

urlpatterns = [
    path("api/import-dataset/", gate.import_dataset, name="gate_import"),
    path("api/check-query/", gate.check_query, name="gate_check"),
    path("api/capture/", gate.capture, name="gate_capture"),
    path("api/about/", gate.about, name="gate_about"),
    path("", gate.nothing, name="gate"),
    path("<path:rest>", gate.nothing, name="gate_nothing"),
]
