from django.urls import path

from besa.pledge import views
from besa.pledge.views import ceremony, inviting, listing, receipts, versions

urlpatterns = [
    path("", views.code, name="code"),
    path("signatories/", views.signatories, name="signatories"),
    path("signatories/<slug:actor>/", views.signatory, name="signatory"),
    path("signatories/<slug:actor>/sign/", views.signatory_sign, name="signatory_sign"),
    path("signatories/<slug:actor>/withdraw/", views.signatory_withdraw, name="signatory_withdraw"),
    path("signatories/<slug:actor>/carry/", inviting.signatory_carry, name="signatory_carry"),
    path("signatories/<slug:actor>/remind/", ceremony.signatory_remind, name="signatory_remind"),
    path("ceremony/", ceremony.ceremony, name="ceremony"),
    path("requests/", inviting.requests, name="sign_requests"),
    path("requests/<int:pk>/", inviting.request_decide, name="sign_request"),
    path("signatures/<int:pk>/receipt.json", receipts.receipt_json, name="receipt_json"),
    path("signatures/<int:pk>/receipt-<str:language>.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("versions/", versions.versions, name="code_versions"),
    path("versions/<int:pk>/clone/", versions.clone, name="code_clone"),
    path("versions/<int:pk>/code.json", receipts.code_text, name="code_text"),
    path("watch-list/", views.watchlist, name="watchlist"),
    path("watch-list/<slug:actor>/", views.actor, name="actor"),
    path("watch-list/<slug:actor>/identity/<int:account>/", views.grade_identity, name="grade_identity"),
    path("watch-list/<slug:actor>/affiliation/", views.grade_affiliation, name="grade_affiliation"),
    path("watch-list/<slug:actor>/status/<int:account>/", views.account_status, name="account_status"),
    path("watch-list/all/accounts/", listing.accounts, name="accounts"),
    path("watch-list/all/accounts/<int:pk>/", listing.account, name="account"),
    path("watch-list/all/accounts/<int:pk>/claim/", listing.account_claim, name="account_claim"),
    path("watch-list/all/accounts/<int:pk>/status/", listing.account_status_own, name="account_status_own"),
    path("watch-list/all/accounts/<int:pk>/gone/", listing.account_gone, name="account_gone"),
    path("watch-list/all/table/", listing.list_import, name="list_import"),
    path("watch-list/all/table/apply/", listing.list_apply, name="list_apply"),
    path("watch-list/all/table/<int:pk>/undo/", listing.list_undo, name="list_undo"),
    path("watch-list/all/table/watch-list.<str:form>", listing.list_template, name="list_template"),
    path("watch-list/all/proposals/", listing.proposals, name="proposals"),
    path("areas/", views.areas, name="areas"),
    path("phases/", views.phases, name="phases"),
]
