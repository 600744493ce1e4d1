"""Keeping one post by hand: files into the vault, the rows that speak of them, then the post into the corpus."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson
from django.db import transaction

from besa.base import clock, pdq
from besa.base.errors import BadInput
from besa.base.files import recognise, safe_name
from besa.base.home import Home
from besa.base.ids import canonical_json, sha256_hex
from besa.base.language import USUAL
from besa.base.words import CapturedKind, Channel, Device, Platform, PostKind, Route
from besa.collect.actions.sealing import seal
from besa.collect.connectors import connector
from besa.collect.models import Capture, CapturedFile, Import
from besa.collect.rules import addresses, operator, values
from besa.collect.rules import video as video_rules
from besa.collect.rules.columns import Columns
from besa.collect.types import NewFile, Row, Skip
from besa.corpus import Corpus
from besa.ledger import chain
from besa.people import policy
from besa.pledge.models import Election
from besa.vault.store import Vault

#: Bytes of one file of a capture, and how many comments one thread may bring.
LARGEST = 200 << 20
MOST_COMMENTS = 5_000
_THREAD_FILE = "thread.json"
_COUNTS = ("reactions", "comments", "shares", "views", "followers")


def capture(
    *,
    by,
    election,
    token: str,
    url: str,
    platform: str = "",
    kind: str = "post",
    account_handle: str = "",
    account_name: str = "",
    text: str = "",
    title: str = "",
    parent_url: str = "",
    counts: Mapping[str, Any] | None = None,
    seen_at: datetime,
    posted_at: datetime | None = None,
    posted_precision: str = "",
    note: str = "",
    channel: str = "public",
    language: str = "",
    device: str = "form",
    files: Sequence[NewFile] = (),
    thread: Mapping[str, Any] | None = None,
    video: Mapping[str, Any] | None = None,
    docket_reason: str = "",
    urgent: bool = False,
    operator_names: Sequence[str] = (),
) -> Capture:
    """Keep a post or comment; the same token again is the same capture. Raises BadInput, Refused.

    `thread`: {sort, shown, declared, captured, hidden, comments: [{url, account_handle, account_name, text,
    posted_at, counts, native_id, parent_native_id}]}; `video`: see `rules.video.checked`.
    With a `docket_reason` it is to go on the docket; then the time of posting must be known.
    `operator_names` are what the capturing person is called on the platform: nothing is kept in which one of them
    still stands. They are never stored themselves.
    """
    policy.check(by, "collect.capture", election.slug)
    token = token.strip()
    if not 8 <= len(token) <= 80 or not token.isascii() or not token.isprintable():
        raise BadInput("A capture needs a token of 8 to 80 characters.", remedy="The sender makes one per capture.")
    if known := Capture.objects.filter(token=token).first():
        if (known.election, known.by) != (election.slug, by.username):
            raise BadInput("This token belongs to another capture.", remedy="Make a new one.")
        return enter(by=by, capture=known)
    now = clock.now()
    thread = dict(thread or {})
    comments = [dict(comment) for comment in thread.pop("comments", [])[:MOST_COMMENTS]]
    row = Capture(
        token=token, election=election.slug, by=by.username, url=addresses.untracked(url),
        platform=platform or addresses.platform_of(url) or "other", kind=kind,
        account_handle=values.handle(account_handle) or "", account_name=(values.words(account_name) or "")[:300],
        title=values.words(title) or "", text=values.words(text) or "", parent_url=addresses.untracked(parent_url),
        counts={name: number for name in _COUNTS if (number := values.whole((counts or {}).get(name))) is not None},
        seen_at=min(seen_at, now), posted_at=posted_at,
        posted_precision=(posted_precision or "second") if posted_at else "",
        note=values.words(note) or "", channel=channel, language=values.language(language) or "", device=device,
        thread=_plain(thread), video=_plain(video_rules.checked(video or {})),
        docket_reason=values.words(docket_reason) or "", urgent=urgent, received_at=now,
    )  # fmt: skip
    _checked(row)
    post = connector("capture").parse(record_of(row))
    if isinstance(post, Skip):
        raise BadInput("This capture says too little to know the post by.", remedy="Give its address or its text.")
    row.post_key = post.post_key
    if not row.posted_at and post.posted_at:
        row.posted_at, row.posted_precision = post.posted_at, "second"
    if row.docket_reason and not row.posted_at:
        raise BadInput("A post goes on the docket under the day on which it was posted.", remedy="Say when it was.")
    if comments:
        data = orjson.dumps(_plain(comments))
        files = [*files, NewFile("file", data, "application/json", _THREAD_FILE)]
    names = operator.pattern(operator_names)
    if operator.stands_in(names, _said(row)):
        raise BadInput("Your own account still stands in what you send.", remedy="Remove it from text and address.")
    vault = Vault(Home.here().vault)
    of_bytes = operator.pattern(operator_names, operator.SHORTEST_IN_BYTES)
    looked = [(file, names if file.kind == "dom" or file.name == _THREAD_FILE else of_bytes) for file in files]
    kept = {row.original_sha256: row for row in (_kept(vault, file, own) for file, own in looked)}
    with transaction.atomic():
        row, made = Capture.objects.get_or_create(token=token, defaults=_values(row))
        if made:
            for file in kept.values():
                file.capture = row
                file.save()
            chain.record(by=by, act="collect.capture", rows=[row, *kept.values()], election=election.slug)
    return enter(by=by, capture=row)


def enter(*, by, capture: Capture) -> Capture:
    """Bring a capture into the corpus, if it is not there yet; safe to repeat and to break off."""
    if capture.entered_id:
        return capture
    found, started = connector("capture"), clock.now()
    # Made from the token, so that a second try finds the commit of the first.
    import_id = "c" + sha256_hex(capture.token)[:20]
    election = Election.objects.get(slug=capture.election)
    facts = {"route": Route.HAND, "election": capture.election, "import_id": import_id}
    columns = Columns(found, facts, languages=tuple(election.post_languages) or USUAL)
    rows = (Row(number, raw) for number, raw in enumerate(_records(capture), 1))
    appended = Corpus(Home.here().corpus).append(columns.batches(rows), import_id=import_id)
    with transaction.atomic():
        capture = Capture.objects.select_for_update().get(pk=capture.pk)
        if capture.entered_id:
            return capture
        data = canonical_json(record_of(capture)).encode()
        counts = columns.counts
        capture.entered = Import.objects.create(
            import_id=import_id, election=capture.election, file_name=f"capture {capture.pk}",
            file_sha256=sha256_hex(data), size=len(data), connector=found.name,
            connector_version=found.manifest.version, route=Route.HAND, state="done", read=counts.read,
            mapped=appended.new, duplicate=appended.duplicate, skipped=counts.skipped, problems=counts.problems,
            corpus_version=appended.version, started_at=started, finished_at=clock.now(), by=capture.by,
        )  # fmt: skip
        capture.save()
        chain.record(by=by, act="collect.enter", rows=[capture.entered, capture], election=capture.election)
    return capture


def enter_pending(*, by, election: Election) -> int:
    """Bring captures into the corpus whose sender's process died before it could; how many."""
    policy.check(by, "collect.capture", election.slug)
    waiting = Capture.objects.filter(election=election.slug, entered=None).order_by("id")
    return sum(1 for row in waiting if enter(by=by, capture=row).entered_id)


def record_of(row: Capture) -> dict[str, Any]:
    """The capture as the raw record that the corpus keeps. Who captured it is not in it."""
    said = {
        "besa_capture": 1, "token": row.token, "url": row.url, "platform": row.platform, "kind": row.kind,
        "parent_url": row.parent_url, "account_handle": row.account_handle, "account_name": row.account_name,
        "title": row.title, "text": row.text, "counts": row.counts,
        "seen_at": _iso(row.seen_at), "posted_at": _iso(row.posted_at), "posted_precision": row.posted_precision,
        "channel": row.channel, "language": row.language, "video": row.video,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value not in ("", None, {})}


def _records(row: Capture) -> Iterator[dict[str, Any]]:
    """The post, then the comments of its thread, each linked to what it stands under."""
    pictures = _pictures(row)
    yield {**record_of(row), "media": pictures} if pictures else record_of(row)
    file = CapturedFile.objects.filter(capture=row, file_name=_THREAD_FILE, media_type="application/json").first()
    if not file:
        return
    for comment in orjson.loads(Vault(Home.here().vault).get(file.sha256)):
        under = comment.pop("parent_native_id", "")
        yield {
            **comment, "besa_capture": 1, "token": row.token, "platform": row.platform, "channel": row.channel,
            "kind": "reply" if under else "comment", "seen_at": _iso(row.seen_at), "root_key": row.post_key,
            "parent_key": f"{row.platform}:{under}" if under else row.post_key,
        }  # fmt: skip


def _pictures(row: Capture) -> list[dict[str, str]]:
    """The pictures that were taken of it, as the corpus knows media; a hash that says too little is left out."""
    vault, found = Vault(Home.here().vault), []
    for file in CapturedFile.objects.filter(capture=row, sealed=False, media_type__startswith="image/"):
        hashed, quality = pdq.hashed(vault.get(file.sha256))
        found.append({"kind": "image", "sha256": file.sha256, "pdq": hashed if quality >= pdq.WORTH else ""})
    return found


def _checked(row: Capture) -> None:
    for name, allowed in (("platform", Platform), ("kind", PostKind), ("channel", Channel), ("device", Device)):
        if getattr(row, name) not in set(allowed):
            raise BadInput(f"“{getattr(row, name)}” is no {name}.", remedy=f"It is one of: {', '.join(allowed)}.")
    if row.url and not addresses.host_of(row.url):
        raise BadInput("This is no web address.", where=row.url[:200], remedy="It begins with https://.")


def _kept(vault: Vault, file: NewFile, names: re.Pattern[bytes] | None) -> CapturedFile:
    """The bytes in the vault and the row, not yet saved, that speaks of them."""
    source = io.BytesIO(file.data) if isinstance(file.data, bytes) else file.data
    kind, media_type, suffix = _what(file, source)
    digest, size = _looked_through(source, file, names)
    if size > LARGEST:
        raise BadInput(f"The file is larger than {LARGEST >> 20} MB.", where=file.name, remedy="Send a shorter one.")
    if file.sha256 and file.sha256.lower() != digest:
        raise BadInput("The file arrived damaged: its SHA-256 differs.", where=file.name, remedy="Send it again.")
    source.seek(0)
    return CapturedFile(
        kind=kind, sha256=vault.put(seal(source.read()) if file.sealed else source), original_sha256=digest, size=size,
        media_type=media_type, file_name=safe_name(file.name, suffix), scrubbed=file.scrubbed, sealed=file.sealed,
    )  # fmt: skip


def _looked_through(source: BinaryIO, file: NewFile, names: re.Pattern[bytes] | None) -> tuple[str, int]:
    """SHA-256 and size; nothing is kept in which the operator's name still stands."""
    digest, size, tail = hashlib.sha256(), 0, b""
    source.seek(0)
    while block := source.read(8 << 20):
        digest.update(block)
        size += len(block)
        if not file.sealed and operator.stands_in(names, tail + block):
            raise BadInput(
                "Your own account still stands in this file; it was not kept.",
                where=file.name,
                remedy="Remove or cover it and send the file again, or send it sealed.",
            )
        tail = block[-1024:]
    return digest.hexdigest(), size


def _what(file: NewFile, source: BinaryIO) -> tuple[str, str, str]:
    """What the bytes are: kind, media type and suffix. Raises BadInput for what is not taken."""
    if file.kind not in set(CapturedKind):
        raise BadInput(f"“{file.kind}” is no kind of file.", remedy=f"It is one of: {', '.join(CapturedKind)}.")
    if file.kind == "dom":
        return file.kind, "text/html", "html"
    if file.name == _THREAD_FILE and file.media_type == "application/json":
        return file.kind, file.media_type, "json"
    source.seek(0)
    found = recognise(source.read(16))
    if found is None:
        raise BadInput(
            f"“{file.name}” is not a picture, PDF or video that can be kept.",
            remedy="Send PNG, JPEG, WebP, GIF, PDF, MP4 or WebM.",
        )
    return "file" if found.kind == "document" else found.kind, found.media_type, found.suffix


def _said(row: Capture) -> str:
    return canonical_json({**record_of(row), "note": row.note, "why": row.docket_reason, "thread": row.thread})


def _plain(value: Any) -> Any:
    """Data of a sender without NUL and lone surrogates, which databases refuse."""
    if isinstance(value, dict):
        return {str(_plain(str(key))): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return (values.words(value) or "") if isinstance(value, str) else value


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _values(row: Capture) -> dict[str, Any]:
    names = [field.attname for field in Capture._meta.concrete_fields if not field.primary_key]
    return {name: getattr(row, name) for name in names}
