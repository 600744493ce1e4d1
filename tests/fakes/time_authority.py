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
digests = sha1, sha256
signer_digest = {signer_digest}
ess_cert_id_alg = sha256
"""
_USE = "extendedKeyUsage={purpose}\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n"


def _openssl(*arguments: str, given: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True).stdout


class TimeAuthority:
    """Keys and certificates in `folder`; `chain` is what users keep; `answer(query)` is what it says.

    `days` negative: its certificate has run out; `early`: it is not valid yet. `alone`: it vouches for itself.
    `sends`: certificates (PEM) that come with each answer, in this order. `between`: another stands between it and
    the root, in `between.pem`, and is sent first. `purpose`: what its key is for.
    """

    def __init__(
        self, folder: Path, name: str = "Lumas Time", *, days: int = 3650, early: bool = False, alone: bool = False,
        between: bool = False, sends: bytes = b"", purpose: str = "critical,timeStamping", digest: str = "sha256",
    ):  # fmt: skip
        self.folder, self.name = Path(folder), name
        self.folder.mkdir(parents=True, exist_ok=True)
        root, key, own = (str(self.folder / part) for part in ("root.pem", "root.key", "tsa.key"))
        subject = ["-subj", f"/O=Lumas/CN={name} Root"]
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7300", "-keyout",
                 key, "-out", root, *subject)  # fmt: skip
        issuer = root
        if between:
            issuer, key = self._between(root, key)
            sends = Path(issuer).read_bytes() + sends
        extensions = self.folder / "use.ext"
        extensions.write_text(_USE.format(purpose=purpose))
        request = _openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", own, "-subj", f"/O=Lumas/CN={name}")
        span = ["-days", str(days)]
        signer = ["-signkey", own] if alone else ["-CA", issuer, "-CAkey", key, "-CAcreateserial"]
        if days < 0 or early:
            self._out_of_time(root, key, request, extensions, "2020" if days < 0 else "2090")
        else:
            made = _openssl("x509", "-req", *span, "-extfile", str(extensions), *signer, given=request)
            (self.folder / "tsa.pem").write_bytes(made)
        (self.folder / "serial").write_text("01\n")
        certs = f"certs = {self.folder}/sent.pem" if sends else ""
        config = _CONFIG.format(folder=self.folder, certs=certs, signer_digest=digest)
        (self.folder / "tsa.cnf").write_text(config)
        (self.folder / "sent.pem").write_bytes(sends)
        self.chain = (self.folder / "tsa.pem" if alone else self.folder / "root.pem").read_bytes()

    def _between(self, root: str, root_key: str) -> tuple[str, str]:
        """(certificate, key) of an authority that the root vouches for."""
        made, key, use = (str(self.folder / part) for part in ("between.pem", "between.key", "between.ext"))
        Path(use).write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
        asked = _openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-subj", f"/O=Lumas/CN={self.name} CA")
        sign = ["-CA", root, "-CAkey", root_key, "-CAcreateserial", "-days", "3650", "-extfile", use, "-out", made]
        _openssl("x509", "-req", *sign, given=asked)
        return made, key

    def _out_of_time(self, root: str, key: str, request: bytes, extensions: Path, year: str) -> None:
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
        _openssl("ca", "-batch", "-config", str(config), "-startdate", f"{year}0101000000Z", "-enddate",
                 f"{int(year) + 1}0101000000Z", "-extfile", str(extensions), "-in",
                 str(self.folder / "request.pem"), "-out", str(self.folder / "tsa.pem"), "-notext")  # fmt: skip

    def certified(self, purpose: str = "critical,timeStamping") -> bytes:
        """Its own certificate anew, of the same number, for this purpose."""
        own, root, key = (str(self.folder / part) for part in ("tsa.pem", "root.pem", "root.key"))
        number = _openssl("x509", "-in", own, "-noout", "-serial").decode().strip().removeprefix("serial=")
        use = self.folder / "other.ext"
        use.write_text(_USE.format(purpose=purpose))
        asked = _openssl("x509", "-in", own, "-x509toreq", "-signkey", str(self.folder / "tsa.key"))
        sign = ["-CA", root, "-CAkey", key, "-set_serial", f"0x{number}", "-days", "3650", "-extfile", str(use)]
        return _openssl("x509", "-req", *sign, given=asked)

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
