"""A model behind a real server on this machine: asked when the settings say so, and never anywhere else."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction

from besa.base.errors import BadInput, BesaError
from besa.ledger.chain import record
from besa.net.here import ask, loopback
from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.learning.local import LocalModel
from besa.triage.models import Run
from triage.posts import bring, post


class _Server(BaseHTTPRequestHandler):
    asked: list[dict] = []

    def do_POST(self):
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, **document})
        text = document["messages"][1]["content"]
        if self.path.startswith("/away"):
            self.send_response(307)
            self.send_header("Location", "http://203.0.113.9/")
            self.end_headers()
            return
        said = "I cannot say." if "odd" in text else "Likely: 93" if "pisa" in text else "4"
        body = json.dumps({"choices": [{"message": {"content": said}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    _Server.asked = []
    held = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=held.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{held.server_port}"
    held.shutdown()
    held.server_close()


@pytest.mark.parametrize(
    "address",
    ["http://203.0.113.9/v1", "https://127.0.0.1/v1", "http://127.0.0.1.example.org/v1", "http://0.0.0.0:80/",
     "http://user@127.0.0.1/", "http://10.0.0.1:8080/v1", "file:///etc/passwd", "http://[::ffff:8.8.8.8]/", "",
     "http://127.0.0.1:99999/", "http://2130706433/"],
)  # fmt: skip
def test_no_other_machine_is_asked(address):
    with pytest.raises(BadInput):
        loopback(address)


def test_this_machine_in_its_spellings():
    assert loopback("http://localhost:8080/v1/") == "http://127.0.0.1:8080/v1"
    assert loopback("http://[::1]:8080/v1") == "http://[::1]:8080/v1"


def test_a_server_that_sends_elsewhere_is_not_followed(server):
    with pytest.raises(BesaError):
        ask(f"{server}/away", {"messages": [{}, {"content": ""}]})
    with pytest.raises(BesaError, match="number"):
        LocalModel(f"{server}/v1", "m", "hate").chance("odd")
    assert LocalModel(f"{server}/v1", "m", "hate").chance("pisa") == pytest.approx(0.93)


@pytest.mark.django_db
def test_a_run_asks_it_for_each_post_and_loses_only_the_signal_of_the_odd_one(home, election, server):
    bring([post(1, "Takim në fshat"), post(2, "Pisa janë pisa"), post(3, "odd post"), post(4, "Rrugë e re")])
    with transaction.atomic():
        election.settings = {"local_model": {"address": f"{server}/v1", "model": "little", "concern": "hate"}}
        election.save()
        record(by=BELT, act="test.settings", rows=[election], election=election.slug)
    done = actions.run(by=BELT, election=election)
    assert done["signals"] == {"local": 1}
    problems = Run.objects.get().problems
    assert [(row["detector"], row["post_key"]) for row in problems] == [("local", "facebook:3")]
    assert {row["path"] for row in _Server.asked} == {"/v1/chat/completions"}
    assert sum("odd" not in row["messages"][1]["content"] for row in _Server.asked) == 3, "each post is asked once"


@pytest.mark.django_db
def test_it_is_off_unless_named(home, election, server):
    bring([post(1, "Pisa janë pisa")])
    assert actions.run(by=BELT, election=election)["signals"] == {} and not _Server.asked
