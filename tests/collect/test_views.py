"""The way of a file through the browser."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from besa.base.home import Home
from besa.collect.connectors import folder
from besa.collect.models import Import, Mapping
from besa.corpus import Corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, home, election, users):
    client.force_login(users["coordinator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(desk, path, name=""):
    file = SimpleUploadedFile(name or path.name, path.read_bytes())
    return desk.post(reverse("import_upload"), {"file": file})


def test_the_empty_list_says_what_to_do(desk):
    page = desk.get(reverse("imports")).content.decode()
    assert "Nothing has been imported yet" in page and reverse("import_upload") in page


def test_a_known_file_goes_from_upload_to_result(desk):
    to_preview = upload(desk, folder("meta_content_library") / "examples" / "facebook.csv")
    preview = desk.get(to_preview.url)
    page = preview.content.decode()
    assert "Meta Content Library (CSV, API JSON)" in page and "100 %" in page
    assert "facebook:mcl-1000000000000001" in page
    assert not Import.objects.exists() and Corpus(Home.here().corpus).version() == -1, "a preview writes nothing"
    token = to_preview.url.rstrip("/").split("/")[-1]
    answer = desk.post(
        reverse("import_run", args=[token]), {"connector": "meta_content_library", "route": "watch_list"}
    )
    row = Import.objects.get()
    assert answer.url == reverse("import_show", args=[row.import_id])
    result = desk.get(answer.url).content.decode()
    assert "facebook.csv" in result and "a header row repeated inside the file" in result
    assert "facebook.csv" in desk.get(reverse("imports")).content.decode()
    assert desk.get(to_preview.url).status_code == 404, "the upload is gone once it is imported"


def test_an_unknown_file_gets_its_mapping_and_goes_in(desk, unknown_file):
    to_preview = upload(desk, unknown_file)
    unknown = desk.get(to_preview.url).content.decode()
    token = to_preview.url.rstrip("/").split("/")[-1]
    mapping_page = reverse("import_mapping", args=[token])
    assert "No connector knows this file" in unknown and mapping_page in unknown
    form = desk.get(mapping_page)
    assert form.context["form"].initial["field_account_handle"] == "author.username"
    values = {key: value for key, value in form.context["form"].initial.items() if value}
    wrong = desk.post(mapping_page, values)
    assert wrong.status_code == 200 and "does not say the platform" in wrong.content.decode()
    values |= {"name": "Listened", "platform_constant": "x", "kind_constant": "post", "channel": "public"}
    saved = desk.post(mapping_page, values)
    mapping = Mapping.objects.get()
    assert saved.url.endswith(f"?mapping={mapping.pk}") and mapping.name == "listened"
    assert "@lumas_0" in desk.get(saved.url).content.decode()
    desk.post(reverse("import_run", args=[token]), {"mapping": mapping.pk, "route": "keyword"})
    row = Import.objects.get()
    assert (row.mapped, row.route, row.mapping_id) == (40, "keyword", mapping.pk)


def test_a_mapping_is_downloaded_and_uploaded_again(desk, tmp_path):
    path = folder("generic") / "examples" / "portal.csv"
    token = upload(desk, path).url.rstrip("/").split("/")[-1]
    mapping_page = reverse("import_mapping", args=[token])
    toml = (folder("generic") / "examples" / "portal.mapping.toml").read_bytes()
    answer = desk.post(mapping_page, {"toml": "1", "mapping_file": SimpleUploadedFile("portal.toml", toml)})
    mapping = Mapping.objects.get()
    assert answer.url.endswith(f"?mapping={mapping.pk}")
    again = desk.get(reverse("mapping_file", args=[mapping.pk])).content
    desk.post(mapping_page, {"toml": "1", "mapping_file": SimpleUploadedFile("other.toml", again)})
    assert Mapping.objects.count() == 1, "what was downloaded is the same mapping"
    broken = desk.post(mapping_page, {"toml": "1", "mapping_file": SimpleUploadedFile("b.toml", b"a = \n")})
    assert "line 1" in broken.content.decode()


def test_a_hostile_file_name_and_text_are_shown_as_text(desk, tmp_path):
    path = tmp_path / "a.csv"
    header = (folder("crowdtangle") / "examples" / "facebook.csv").read_text("utf-8").splitlines()[0]
    cells = ["<script>alert(1)</script>" for _ in header.split(",")]
    path.write_text(header + "\n" + ",".join(cells) + "\n", "utf-8")
    to_preview = upload(desk, path, "<img src=x onerror=alert(1)>.csv")
    page = desk.get(to_preview.url).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page


def test_an_empty_file_is_refused_on_the_form(desk, tmp_path):
    path = tmp_path / "blank.csv"
    path.write_text("  \n")
    page = upload(desk, path)
    assert page.status_code == 200 and "empty" in page.content.decode()
    assert not list(Home.here().staging.glob("upload-*"))


def test_an_upload_belongs_to_the_one_who_brought_it(desk, users, client):
    to_preview = upload(desk, folder("crowdtangle") / "examples" / "facebook.csv")
    client.force_login(users["analyst"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(to_preview.url).status_code == 404
    assert client.get(reverse("import_preview", args=["u..%2f..%2fkeys"])).status_code == 404


def test_a_coder_does_not_see_imports(desk, users, client):
    client.force_login(users["coder"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("imports")).status_code == 403
