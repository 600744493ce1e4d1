"""A real time-stamp authority on this machine: OpenSSL's own, behind a small HTTP server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

#: For tests that need OpenSSL. Where CI is set nothing is left out: without OpenSSL they fail.
needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None and not os.environ.get("CI"), reason="no OpenSSL on this machine"
)

_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
{certs}
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""
_USE = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n"


def _openssl(*arguments: str, given: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True).stdout


class TimeAuthority:
    """Keys and certificates in `folder`; `chain` is what users keep; `answer(query)` is what it says.

    `days` negative: its certificate has run out. `alone`: it vouches for itself.
    """

    def __init__(self, folder: Path, name: str = "Lumas Time", *, days: int = 3650, alone: bool = False):
        self.folder, self.name = Path(folder), name
        self.folder.mkdir(parents=True, exist_ok=True)
        root, key, own = (str(self.folder / part) for part in ("root.pem", "root.key", "tsa.key"))
        subject = ["-subj", f"/O=Lumas/CN={name} Root"]
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7300", "-keyout",
                 key, "-out", root, *subject)  # fmt: skip
        extensions = self.folder / "use.ext"
        extensions.write_text(_USE)
        request = _openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", own, "-subj", f"/O=Lumas/CN={name}")
        span = ["-days", str(days)]
        if days < 0:
            span = ["-not_before", "20200101000000Z", "-not_after", "20210101000000Z"]
        signer = ["-signkey", own] if alone else ["-CA", root, "-CAkey", key, "-CAcreateserial"]
        if days < 0:
            self._expired(root, key, request, extensions)
        else:
            made = _openssl("x509", "-req", *span, "-extfile", str(extensions), *signer, given=request)
            (self.folder / "tsa.pem").write_bytes(made)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "tsa.cnf").write_text(_CONFIG.format(folder=self.folder, certs=""))
        self.chain = (self.folder / "tsa.pem" if alone else self.folder / "root.pem").read_bytes()

    def _expired(self, root: str, key: str, request: bytes, extensions: Path) -> None:
        """`openssl x509` of Debian 12 sets no dates; `openssl ca` does."""
        (self.folder / "index.txt").write_text("")
        (self.folder / "ca.serial").write_text("77\n")
        (self.folder / "request.pem").write_bytes(request)
        config = self.folder / "ca.cnf"
        config.write_text(
            f"[ca]\ndefault_ca=one\n[one]\ndatabase={self.folder}/index.txt\nserial={self.folder}/ca.serial\n"
            f"new_certs_dir={self.folder}\ncertificate={root}\nprivate_key={key}\ndefault_md=sha256\npolicy=any\n"
            "[any]\norganizationName=optional\ncommonName=supplied\n"
        )
        _openssl("ca", "-batch", "-config", str(config), "-startdate", "20200101000000Z", "-enddate",
                 "20210101000000Z", "-extfile", str(extensions), "-in", str(self.folder / "request.pem"), "-out",
                 str(self.folder / "tsa.pem"), "-notext")  # fmt: skip

    def answer(self, query: bytes) -> bytes:
        with tempfile.NamedTemporaryFile(suffix=".tsq") as asked:
            asked.write(query)
            asked.flush()
            return _openssl("ts", "-reply", "-config", str(self.folder / "tsa.cnf"), "-queryfile", asked.name)

    def serve(self) -> str:
        """The address at which it answers POST; ends with the process or by `stop`. `down` makes it fail."""
        self.down = False
        self.asked = 0
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                authority.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                if authority.down:
                    self.send_error(503)
                    return
                body = authority.answer(query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
