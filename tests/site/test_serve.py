"""`besa serve` starts, answers, says what is in the way, and stops cleanly."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from besa.base.errors import Conflict
from besa.site.commands.serve import serve
from besa.site.output import Output
from processes import environment


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def test_it_serves_until_it_is_interrupted(tmp_path):
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "besa.site.cli", "serve", "--port", str(port), "--workers", "1"],
        env=environment(tmp_path / "home"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        address, deadline = f"http://127.0.0.1:{port}/", time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    assert answer.status == 200 and b"Besa" in answer.read()
                    break
            except OSError:  # not there yet, or its first page takes its time
                assert time.monotonic() < deadline and server.poll() is None
                time.sleep(0.2)
        with urllib.request.urlopen(address + "static/besa/besa.css", timeout=5) as answer:
            assert answer.headers["Content-Type"].startswith("text/css")
            assert "Access-Control-Allow-Origin" not in answer.headers
    finally:
        server.send_signal(signal.SIGINT)
    out, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert f"http://127.0.0.1:{port}/" in out
    assert out.count("Stopped.") == 1


def test_a_port_in_use_is_told_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Conflict) as raised:
            serve("127.0.0.1", port, Output())
    assert f"--port {port + 1}" in str(raised.value)


def test_an_address_of_another_machine_is_told():
    with pytest.raises(Conflict, match="Cannot listen"):
        serve("192.0.2.1", 8000, Output())
