"""All addresses: the desk (staff), the door (visitors), the portal (static files of an edition)."""

from django.urls import include, path

from besa.collect.views import door
from besa.site import docket, figures, learning, publishing, triaging, views

urlpatterns = [
    path("", views.front, name="front"),
    path("desk/", views.home, name="home"),
    path("desk/election/", views.choose_election, name="choose_election"),
    path("desk/pledge/", include("besa.pledge.urls")),
    path("desk/collect/", include("besa.collect.urls")),
    path("desk/docket/models/", learning.models, name="models"),
    path("desk/docket/models/train/", learning.model_train, name="model_train"),
    path("desk/docket/models/<str:version>/promote/", learning.model_promote, name="model_promote"),
    path("desk/docket/today/", docket.today, name="docket_today"),
    path("desk/docket/figures/", figures.figures, name="docket_figures"),
    path("desk/docket/runs/start/", triaging.triage_run, name="triage_run"),
    path("desk/docket/", include("besa.triage.urls")),
    path("desk/evidence/", include("besa.evidence.urls")),
    path("desk/coding/", include("besa.coding.urls")),
    path("desk/reply/", include("besa.reply.urls")),
    path("desk/report/<str:name>/publish/", publishing.publish, name="publish"),
    path("desk/report/", include("besa.report.urls")),
    path("desk/retention/", include("besa.retention.urls")),
    path("door/", include("besa.reply.door_urls")),
    path("door/sign/", include("besa.pledge.door_urls")),
    path("phone/", include("besa.collect.phone_urls")),
    path("z/<str:token>/", include("besa.collect.gate_urls")),
    path("door/tip/", door.tip, name="tip"),
    path("door/tip/status/", door.tip_status, name="tip_status"),
    path("door/tip/<slug:election>/", door.tip, name="tip_of"),
    path("portal/", views.portal, name="portal"),
    path("portal/<path:path>", views.portal, name="portal_file"),
    path("accounts/", include("besa.site.account_urls")),
    path("language/", views.set_language, name="set_language"),
    path("appearance/", views.set_appearance, name="set_appearance"),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
