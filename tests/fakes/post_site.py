"""A site shaped like a platform's post: comments, a picture that loads late, a cookie wall, a list without end."""

from __future__ import annotations

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

_POST = """<!doctype html><html lang="sq"><head><meta charset="utf-8"><title>Partia e Liqenit</title><style>
body { margin: 0; font: 18px sans-serif } .c { height: 700px; border: 1px solid }
#wall { position: fixed; inset: 0; background: #000d; color: #fff; z-index: 9 }</style></head><body>
<div id="wall"><p>Përdorim kuki (cookies).</p><button id="yes">Prano</button>
<button id="no">Refuzo të gjitha</button></div>
<article><h1>Partia e Liqenit</h1><p>Kundërshtari ynë është i paaftë.</p></article>
<div class="c">koment i parë</div><div class="c">koment i dytë</div>
<img loading="lazy" src="/late.png" width="60" height="60" alt=""><img src="http://169.254.169.254/x.png" alt="">
<div id="more"></div><script>
document.querySelector("#no").onclick = () => document.querySelector("#wall").remove();
let n = 0;
addEventListener("scroll", async () => {
  if (n >= 200 || innerHeight + scrollY < document.body.scrollHeight - 200) return;
  n += 1;
  const box = document.createElement("div");
  box.className = "c";
  document.querySelector("#more").append(box);
  box.textContent = (await (await fetch("/comment?n=" + n)).json()).text;
});</script></body></html>"""
_PLAIN = "<!doctype html><meta charset=utf-8><title>{0}</title><body><h1>{0}</h1><p>{1}</p>"
_LONG = "Një tekst i gjatë që tregon se faqja është ajo që u kërkua. " * 12


class PostSite:
    """`pages`: path -> (status, headers, body); /post, /login and others stand ready. `asked` counts the requests."""

    def __init__(self):
        picture = io.BytesIO()
        Image.new("RGB", (60, 60), (200, 30, 30)).save(picture, "PNG")
        html = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": "session=geheim"}
        self.pages = {
            "/post": (200, html, _POST.encode()),
            "/late.png": (200, {"Content-Type": "image/png"}, picture.getvalue()),
            "/plain": (200, html, _PLAIN.format("Postim", _LONG).encode()),
            "/gone": (404, html, _PLAIN.format("404", "Nuk u gjet").encode()),
            "/broken": (503, html, _PLAIN.format("503", "Më vonë").encode()),
            "/private": (302, {"Location": "/accounts/login/?next=/private"}, b""),
            "/accounts/login/": (
                200, html, _PLAIN.format("Hyr", '<form><input type="password"></form>' + _LONG).encode()
            ),
            "/inside": (302, {"Location": "http://127.0.0.1:8000/secret"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/blocked": (200, html, _POST.replace("document.querySelector(\"#no\").onclick", "let a").encode()),
        }  # fmt: skip
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                path = self.path.split("?")[0]
                if path == "/comment":
                    body = f'{{"text": "koment i vonuar {self.path.split("=")[1]}"}}'.encode()
                    status, headers = 200, {"Content-Type": "application/json"}
                else:
                    told = site.answer(path, self.headers.get("Cookie", ""))
                    status, headers, body = told or site.pages.get(path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        #: How a browser is told to find `lumas.example` here.
        self.port = self._server.server_port
        self.dial = {"lumas.example:80": f"127.0.0.1:{self.port}"}

    def answer(self, path: str, cookies: str):
        """What a site that knows its visitors answers instead of `pages`."""

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
