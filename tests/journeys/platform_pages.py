"""Pages shaped like the platforms, written for these tests, served under the platforms' own names to a browser that is
told to find those names on this machine."""

from __future__ import annotations

import datetime
import http.server
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGES = Path(__file__).parent / "platforms"
HOSTS = {
    "www.facebook.com": "facebook", "x.com": "x", "www.tiktok.com": "tiktok", "www.instagram.com": "instagram",
    "www.youtube.com": "youtube", "t.me": "telegram", "lajme-lumas.example": "portal",
}  # fmt: skip


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = HOSTS.get((self.headers["Host"] or "").split(":")[0])
        body = (PAGES / f"{name}.html").read_bytes() if name else b""
        self.send_response(200 if name else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        # as strict as the platforms are: nothing of ours may be loaded into their pages
        self.send_header("Content-Security-Policy", "default-src 'self' 'unsafe-inline' data:; connect-src 'self'")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


class Platforms:
    """The pages by HTTPS; `rules` is what the browser needs to find them."""

    def __init__(self, folder: Path):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(folder))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        port = self.server.server_address[1]
        self.rules = ",".join(f"MAP {host}:443 127.0.0.1:{port}" for host in HOSTS)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platforms of the tests")])
    begun = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(begun).not_valid_after(begun + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "platforms.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
