"""A WACZ (1.1.1) of what a browser was answered: any replayer opens it, any validator checks it.

archive/data.warc.gz                  request and answer of each resource, as WARC 1.1
indexes/index.cdx.gz, index.idx       where each lies
pages/pages.jsonl                     the pages a reader starts from, with their visible text
datapackage.json, datapackage-digest.json
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

_SAFE = "/%:@!$&'()*+,;=~-._"
#: What no longer holds of a body that a browser has unpacked.
_UNPACKED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
#: What shows who captured: never in an archive.
_OWN = frozenset({"cookie", "authorization", "proxy-authorization", "set-cookie", "x-client-data"})


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; `headers` in the order in which they came, `body` unpacked."""

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime
    method: str = "GET"
    asked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    url: str
    title: str
    text: str
    at: datetime
    id: str = field(default="")


def write(exchanges: Sequence[Exchange], pages: Sequence[Page], *, title: str, software: str) -> bytes:
    """The archive as bytes; the same exchanges give the same bytes. Cookies and keys are left out of it."""
    made = max([page.at for page in pages], default=datetime(1970, 1, 1, tzinfo=UTC))
    warc, lines = _warc(exchanges, software, made)
    index = _index(lines)
    idx = json.dumps({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"})
    idx = f"!meta 0 {idx}\n{index.first} {json.dumps({'offset': 0, 'length': len(index.data)})}\n" if lines else ""
    files = {
        "archive/data.warc.gz": warc,
        "indexes/index.cdx.gz": index.data,
        "indexes/index.idx": idx.encode(),
        "pages/pages.jsonl": _pages(pages),
    }
    package = _json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "software": software,
            "created": _iso(made),
            "mainPageUrl": pages[0].url if pages else "",
            "mainPageDate": _iso(pages[0].at) if pages else "",
            "resources": [
                {"name": name.split("/")[-1], "path": name, "hash": _hash(data), "bytes": len(data)}
                for name, data in files.items()
            ],
        }
    )
    files["datapackage.json"] = package
    files["datapackage-digest.json"] = _json({"path": "datapackage.json", "hash": _hash(package)})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _warc(exchanges: Sequence[Exchange], software: str, made: datetime) -> tuple[bytes, list[tuple[str, str, dict]]]:
    """The WARC, and (SURT, time, facts) of each answer."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    info = writer.create_warcinfo_record("data.warc.gz", {"software": software, "format": "WARC File Format 1.1"})
    _settle(info, "info", made)
    writer.write_record(info)
    lines = []
    for number, one in enumerate(exchanges):
        stamp = one.at.astimezone(UTC)
        heads = [
            (name, value)
            for name, value in one.headers
            if name.lower() not in _UNPACKED | _OWN and "\n" not in value and "\r" not in value
        ]
        heads.append(("content-length", str(len(one.body))))
        answer = writer.create_warc_record(
            one.url, "response", payload=io.BytesIO(one.body), length=len(one.body),
            http_headers=StatusAndHeaders(f"{one.status} {_ascii(one.reason)}".strip(), heads, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": _iso(stamp)},
        )  # fmt: skip
        _settle(answer, f"response {number} {one.url}", stamp)
        offset = out.tell()
        writer.write_record(answer)
        mime = next((value for name, value in heads if name.lower() == "content-type"), "").split(";")[0].strip()
        lines.append(
            (
                surt(one.url), f"{stamp:%Y%m%d%H%M%S}",
                {
                    "url": one.url, "mime": mime or "application/octet-stream", "status": str(one.status),
                    "digest": answer.rec_headers.get_header("WARC-Payload-Digest"),
                    "length": str(out.tell() - offset), "offset": str(offset), "filename": "data.warc.gz",
                },
            )
        )  # fmt: skip
        parts = urlsplit(one.url)
        path = quote(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", safe=_SAFE + "?")
        asked = [("Host", parts.netloc), *((k, v) for k, v in one.asked if k.lower() not in _OWN | {"host"})]
        request = writer.create_warc_record(
            one.url, "request", payload=io.BytesIO(b""), length=0,
            http_headers=StatusAndHeaders(f"{one.method} {path} HTTP/1.1", asked, is_http_request=True),
            warc_headers_dict={
                "WARC-Date": _iso(stamp), "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
            },
        )  # fmt: skip
        _settle(request, f"request {number} {one.url}", stamp)
        writer.write_record(request)
    return out.getvalue(), lines


def _settle(record, name: str, at: datetime) -> None:
    """Identity and time from what it is, not from when and where it was written."""
    digest = hashlib.sha256(f"{name} {_iso(at)}".encode()).hexdigest()
    shaped = f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
    record.rec_headers.replace_header("WARC-Record-ID", f"<urn:uuid:{shaped}>")
    record.rec_headers.replace_header("WARC-Date", _iso(at))


@dataclass(frozen=True)
class _Index:
    data: bytes
    first: str


def _index(lines: list[tuple[str, str, dict]]) -> _Index:
    text = [f"{key} {at} {json.dumps(facts)}\n" for key, at, facts in sorted(lines, key=lambda line: line[:2])]
    first = " ".join(text[0].split(" ", 2)[:2]) if text else ""
    return _Index(gzip.compress("".join(text).encode(), mtime=0), first)


def _pages(pages: Sequence[Page]) -> bytes:
    lines: list[dict] = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}]
    for page in pages:
        name = page.id or hashlib.sha256(page.url.encode()).hexdigest()[:12]
        lines.append({"id": name, "url": page.url, "title": page.title, "ts": _iso(page.at), "text": page.text})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8", "replace")


def surt(url: str) -> str:
    """The key under which replayers look an address up: host backwards, path, sorted query, all in small letters."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    found = ",".join(reversed(host.split("."))) + port + ")" + (quote(parts.path, safe=_SAFE) or "/")
    if parts.query:
        found += "?" + "&".join(sorted(parts.query.split("&")))
    return found.lower()


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _json(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
