"""One file into the corpus: intent row, one Delta commit that carries the import's id, mark and ledger entry."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from filelock import FileLock, Timeout

from besa.base import clock
from besa.base.errors import BadInput, BesaError, UnknownFormat
from besa.base.home import Home
from besa.base.ids import new_id
from besa.base.language import USUAL
from besa.base.words import Route
from besa.collect.actions import holding
from besa.collect.actions.opening import Source, opened, source_of
from besa.collect.actions.reading import rows
from besa.collect.connectors import SURE, connector, detect, mapped_connector
from besa.collect.connectors.parallel import stage
from besa.collect.models import Import, Mapping
from besa.collect.rules.columns import Columns
from besa.collect.rules.redaction import holds_secret
from besa.collect.types import Connector, Counts
from besa.corpus import Corpus
from besa.ledger import chain
from besa.people import policy
from besa.vault.store import Vault

#: Original files up to this size are kept in the vault beside the raw rows of the corpus.
VAULT_LIMIT = 256 << 20
#: Characters that a note of consent must have at least.
CONSENT_LENGTH = 10


def import_file(
    *,
    by,
    election,
    path: Path | str,
    connector: str = "",
    mapping: Mapping | None = None,
    route: str = "watch_list",
    advance: Callable[[int], None] | None = None,
    file_name: str = "",
    member: str = "",
    consent: str = "",
    looked_at: datetime | None = None,
) -> dict[str, Any]:
    """Import one file and return one row of the command contract (`file, connector, read, …`).

    The same file again brings only duplicates. `advance(rows)` is told of progress. `member`: which file of
    a ZIP file that holds several. `consent`: for an export of a closed group, which member agreed, when and
    how; such posts are tips. `looked_at`: when the posts were looked at, where they do not say it themselves.
    Raises BadInput or UnknownFormat where nothing can be read, Refused; then nothing has been written.
    """
    slug = election.slug if election else ""
    policy.check(by, "import.run", slug)
    if route not in set(Route):
        raise BadInput(f"There is no route “{route}”.", remedy=f"Routes are: {', '.join(Route)}.")
    recover(by=by)
    path = Path(path)
    name = file_name or path.name
    source = source_of(path, name, member)
    chosen = connector_for(source, connector, mapping)
    if chosen.manifest.consent:
        route, name = Route.TIP, _nameless(source, consent)
    elif member:
        name = source.name
    languages = tuple(election.post_languages if election else ()) or USUAL
    import_id = new_id("i")
    with FileLock(lock_of(import_id)), ThreadPoolExecutor(1) as aside:
        row = _intent(by, slug, path, name, chosen, mapping, route, import_id, member, consent)
        digest = aside.submit(_digest, path, member)
        bring_in(by, row, source, chosen, languages, advance, looked_at=looked_at, digest=digest)
        _keep_original(row, path, source, chosen, member)
    lock_of(import_id).unlink(missing_ok=True)
    return contract_row(row)


def bring_in(
    by,
    row: Import,
    source: Source,
    chosen: Connector,
    languages,
    advance=None,
    *,
    looked_at=None,
    check=True,
    fail=None,
    digest: Future[str] | None = None,
) -> None:
    """The rows of a source into the corpus, or (where their shape has changed, and `check`) held outside of it.

    `digest`: the hash of the file, where it is still being worked out.
    """

    def hold(changed: holding.Changed) -> None:
        holding.hold(by, row, rows(source), chosen, changed)

    settled(
        by,
        row,
        lambda: _carry_out(row, source, chosen, advance, languages, looked_at, check, digest),
        hold=hold,
        fail=fail,
    )


def settled(by, row: Import, work: Callable[[], tuple[Counts, float]], *, hold=None, fail=None) -> None:
    """Do the work of an import, and mark what became of it: done, held, or (by `fail`, default) failed."""
    try:
        counts, seconds = work()
    except holding.Changed as changed:
        hold(changed)
    except BaseException as error:
        (fail or _failed)(by, row, error)
        raise
    else:
        _done(by, row, counts, seconds)


def connector_for(source: Source, name: str = "", mapping: Mapping | None = None) -> Connector:
    """The connector asked for, else the surest that knows the file. Raises UnknownFormat."""
    if source.kind == "chat":
        # Whatever is asked for: no hint and no mapping leads around the consent.
        return connector("closed_chat")
    if mapping is not None:
        if name not in ("", "generic"):
            raise BadInput(f"The connector “{name}” takes no mapping.", remedy="Leave out one of the two.")
        return mapped_connector(mapping.body)
    if name:
        found = connector(name)
        if name == "generic":
            raise BadInput(
                "The generic connector needs a mapping.", where=source.name, remedy="Give --mapping FILE.toml."
            )
        return found
    offers = detect(source.head, source.name)
    if not offers or offers[0][0] < SURE:
        raise UnknownFormat(
            "No connector knows this file.",
            where=source.name,
            remedy="Give a column mapping (--mapping FILE.toml), or make one under Imports in the browser.",
        )
    return offers[0][1]


def recover(*, by) -> list[Import]:
    """Settle imports whose process died: done where the corpus log has their commit, failed where not."""
    settled = []
    for row in Import.objects.filter(state="intent"):
        with _if_free(row.import_id) as free:
            if free:
                row.refresh_from_db()
                if row.state == "intent":
                    settled.append(_settle(by, row))
    # Killed before its intent was written, or after it was settled: only the lock is left of it.
    for left in Home.here().staging.glob("i*.lock"):
        with _if_free(left.stem):
            pass
    return settled


def contract_row(row: Import) -> dict[str, Any]:
    """An import in the form of the command contract."""
    return {
        "file": row.file_name, "connector": row.connector, "read": row.read, "mapped": row.mapped,
        "duplicate": row.duplicate, "skipped": row.skipped, "unmapped_keys": row.unmapped_keys,
        "import": row.import_id, "seconds": row.seconds, "problems": row.problems, "state": row.state,
        "changes": row.changes,
    }  # fmt: skip


def _intent(by, slug, path, name, chosen: Connector, mapping, route, import_id, member, consent) -> Import:
    with opened(path, member) as (_, size):
        pass
    with transaction.atomic():
        row = Import.objects.create(
            import_id=import_id, election=slug, file_name=_storable(name), size=size,
            connector=chosen.name, connector_version=chosen.manifest.version, mapping=mapping, route=route,
            started_at=clock.now(), by=by.username, consent=consent.strip() if chosen.manifest.consent else "",
        )  # fmt: skip
        chain.record(by=by, act="import.begin", rows=[row], election=slug)
    return row


def _digest(path: Path, member: str) -> str:
    digest = hashlib.sha256()
    with opened(path, member) as (file, _):
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _keep_original(row: Import, path: Path, source: Source, chosen: Connector, member: str) -> None:
    """The file itself goes to the vault, unless it is too large or anything in it must never be stored."""
    manifest = chosen.manifest
    if row.state != "done" or manifest.redact or manifest.consent or row.redacted or row.size > VAULT_LIMIT:
        return
    with source.open() as text:
        if holds_secret(iter(lambda: text.read(1 << 20), b""), manifest.redact_parameters):
            return
    with opened(path, member) as (file, _):
        Vault(Home.here().vault).put(file)


def _nameless(source: Source, consent: str) -> str:
    """A name for an export of a closed group: its own often holds a person's. Raises BadInput without consent."""
    if len(consent.strip()) < CONSENT_LENGTH:
        raise BadInput(
            "This is an export of a closed group; it is taken only with the consent of the member who brings it.",
            where=source.name,
            remedy="Write which member agreed, when and how, without a name: --consent TEXT, or the field of the form.",
        )
    return "closed chat"


def _carry_out(row: Import, source: Source, chosen: Connector, advance, languages, looked_at, check, digest):
    facts = {"route": row.route, "election": row.election, "import_id": row.import_id, "looked_at": looked_at}
    columns = Columns(chosen, facts, languages=languages, seen=advance)
    started = time.perf_counter()
    corpus = Corpus(Home.here().corpus)
    lines = source.path if source.kind == "ndjson" and source.encoding != "utf-16" else None
    with corpus.staged(row.import_id) as folder:
        body = row.mapping.body if row.mapping else None
        try:
            stage(columns, rows(source), folder, size=row.size, mapping=body, lines=lines)
        finally:
            row.file_sha256 = digest.result() if digest else row.file_sha256
        counts = columns.counts
        if check:
            holding.check(row, counts)
        said = {"read": counts.read, "skipped": counts.skipped, "sha256": row.file_sha256}
        appended = corpus.commit(row.import_id, said)
    counts.mapped, counts.duplicate = appended.new, appended.duplicate
    row.corpus_version = appended.version
    return counts, time.perf_counter() - started


def _done(by, row: Import, counts, seconds: float) -> None:
    for name, value in asdict(counts).items():
        setattr(row, name, value)
    row.state, row.seconds = "done", round(seconds, 3)
    row.finished_at = clock.now()
    with transaction.atomic():
        row.save()
        chain.record(by=by, act="import.run", rows=[row], election=row.election)


def _failed(by, row: Import, error: BaseException) -> None:
    said = str(error) if isinstance(error, BesaError) else f"{type(error).__name__}"
    row.state, row.finished_at = "failed", clock.now()
    row.problems = [{"line": 0, "reason": "refused", "problem": said}]
    with transaction.atomic():
        row.save()
        chain.record(by=by, act="import.fail", rows=[row], election=row.election, reason=said)


def _settle(by, row: Import) -> Import:
    corpus = Corpus(Home.here().corpus)
    corpus.abandon(row.import_id)
    found = corpus.committed(row.import_id)
    row.finished_at = clock.now()
    if found:
        row.state, row.corpus_version = "done", found.version
        row.mapped, row.duplicate = found.new, found.duplicate
        row.read, row.skipped = found.notes.get("read", 0), found.notes.get("skipped", {})
        row.file_sha256 = found.notes.get("sha256", row.file_sha256)
        said = "The process died after its commit; what the corpus log says of it was taken over."
        holding.drop(row.import_id)
    elif holding.place(row.import_id).exists():
        row.state = "held"
        said = "The process died before its commit; its rows are still held."
    else:
        row.state = "failed"
        said = "The process died before its commit; nothing of it is in the corpus. Import the file again."
    row.problems = [{"line": 0, "reason": "interrupted", "problem": said}]
    with transaction.atomic():
        row.save()
        chain.record(by=by, act="import.recover", rows=[row], election=row.election, reason=said)
    return row


@contextmanager
def _if_free(import_id: str) -> Iterator[bool]:
    """Whether no living process holds this import; where that is so its lock is held meanwhile, then removed."""
    lock = FileLock(lock_of(import_id))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock_of(import_id).unlink(missing_ok=True)
        lock.release()


def lock_of(import_id: str) -> Path:
    staging = Home.here().staging
    staging.mkdir(parents=True, exist_ok=True)
    return staging / f"{import_id}.lock"


def _storable(name: str) -> str:
    return name.encode("utf-8", "replace").decode().replace("\x00", "")[-255:]
