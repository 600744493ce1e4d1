"""What `besa verify` looks at: each kind of thing with what is wrong with it and what there is to tell of it."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from besa.base import stamped
from besa.base.errors import BadInput, BesaError
from besa.base.home import Home
from besa.edition import keys, receipt
from besa.edition import verifier as editions
from besa.edition.reader import read_envelope
from besa.evidence import dossier
from besa.evidence.archive import checker
from besa.evidence.dossier import verifier as dossiers
from besa.site.start import start
from besa.vault import Vault

_HASH = re.compile(r"[0-9a-f]{64}")
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass
class Found:
    """`told`: keys of the JSON document beside `ok, checked, problems`; `lines`: the same for people."""

    checked: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)
    told: dict[str, object] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.checked += other.checked
        self.problems += other.problems
        self.told |= other.told
        self.lines += other.lines


def look(what: str, progress: Progress) -> Found:
    """A file or folder by its path, this home's `vault`, an edition of it by name, an exhibit (E-12), the exhibits of a
    post by its key, or any file by its SHA-256. Raises BadInput where it is none of them."""
    path, home = Path(what), Home.here()
    if path.exists():
        path = path.resolve()
        return _file(path, progress) if path.is_file() else _folder(path, progress)
    if what == "vault":
        return _vault(home.vault, progress)
    if re.fullmatch(r"[0-9a-f]{16}", what) and (home.editions / what).is_dir():
        return _edition(home.editions / what)
    if home.root.exists() and (exhibits := _named(what)):
        return _exhibits(exhibits, progress)
    raise BadInput(
        "There is no such file or folder, and nothing of that name is kept here.", where=what,
        remedy="Name a dossier, an edition, a vault, an exhibit (E-12), a post by its key, or a SHA-256.",
    )  # fmt: skip


def _file(path: Path, progress: Progress) -> Found:
    if dossier.is_dossier(path):
        return _dossier(path)
    if path.name.lower().endswith(".json") and (held := receipt.read(path.read_bytes())):
        return _receipt(held)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = _exhibits(exhibits, progress) if Home.here().root.exists() and (exhibits := _named(digest)) else None
    if re.search(r"\.(wacz|warc|warc\.gz)$", path.name.lower()):
        found = Found(1, list(checker.problems(path)))
        if kept:
            found.add(kept)
        return found
    if kept is None:
        raise BadInput(
            "This is neither a dossier nor a web archive, and no file that is kept here has these bytes.",
            where=str(path),
        )  # fmt: skip
    return kept


def _folder(path: Path, progress: Progress) -> Found:
    return _edition(path) if editions.is_edition(path) else _vault(path, progress)


# Dossiers


def _dossier(path: Path) -> Found:
    """The file alone; where this home sealed it, also that it is its key."""
    home = Home.here()
    key = keys.public_hex(keys.signing_key(home.signing_key)) if _sealed_here(path, home) else None
    found = Found(dossiers.files(path), list(dossiers.problems(path, key)))
    stamps = dossiers.time_stamps(path)
    found.told["time_stamps"] = [stamp.plain() for stamp in stamps]
    found.lines += [_line(stamp) for stamp in stamps]
    if own := dossiers.sealed_by(path):
        found.told["sealed_by"] = own
        found.lines.append(f"Sealed with the key {own}")
    return found


def _line(stamp: stamped.Told) -> str:
    known = "" if stamp.root in _roots() else ", whose certificate this home does not know"
    return f"{stamp.file}: there at the latest on {stamp.at:%Y-%m-%d %H:%M:%S} UTC, says {stamp.authority}{known}"


def _roots() -> set[str]:
    """SHA-256 of the root certificates of the authorities that this home asks."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from besa.base.timestamp import read_chain
    from besa.evidence.authorities import authorities

    return {
        hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest()
        for authority in authorities()
        for one in read_chain(authority.chain)
    }


def _sealed_here(path: Path, home: Home) -> bool:
    """By its description: a dossier of somebody else's election has somebody else's key."""
    if not home.signing_key.exists():
        return False
    start(migrate=False)
    from django.db import DatabaseError

    from besa.reply.models import Case

    try:
        with zipfile.ZipFile(path) as packed:
            told = packed.read("bag-info.txt").decode("utf-8", "replace")
        slugs = {line.split(": ", 1)[1] for line in told.splitlines() if line.startswith("External-Identifier: ")}
        return any(f"{case.election.slug} C-{case.number}" in slugs for case in Case.objects.select_related("election"))
    except (KeyError, zipfile.BadZipFile, DatabaseError, NotImplementedError):
        return False


# Receipts


def receipt_of(what: str, text: str, key: str) -> Found:
    """A receipt by its path, against the text (a file) that it is said to be of, and the key ('' for any)."""
    for path in filter(None, (what, text)):
        if not Path(path).is_file():
            raise BadInput("There is no such file.", where=path)
    held = receipt.read(Path(what).read_bytes()) if what else None
    if held is None:
        raise BadInput("--text and --key go with a receipt.", where=what, remedy="Name the receipt first.")
    try:
        given = Path(text).read_bytes().decode() if text else None
    except UnicodeDecodeError as error:
        raise BadInput("The text is not in UTF-8.", where=text) from error
    return _receipt(held, given, key.lower() or None)


def _receipt(held: dict, text: str | None = None, key: str | None = None) -> Found:
    found = Found(1 + (text is not None), list(receipt.problems(held, text, key)))
    if not found.problems:
        found.told["receipt"], found.told["sealed_by"] = held["receipt"], held["public_key"]
        found.lines += [
            receipt.told(held["receipt"]),
            f"Sealed with the key {held['public_key']}",
        ]
    return found


# Editions


def _edition(path: Path) -> Found:
    """The folder alone; and where this home made the edition, also its key and its ledger."""
    home = Home.here()
    here = home.signing_key.exists() and _made_here(path, home)
    public_key = keys.public_hex(keys.signing_key(home.signing_key)) if here else None
    found = Found(editions.checked(path), list(editions.problems(path, public_key)))
    stamps = editions.time_stamps(path)
    found.told["time_stamps"] = [stamp.plain() for stamp in stamps]
    found.lines += [_line(stamp) for stamp in stamps] or ["It bears no time-stamp."]
    if here:
        found.problems += _head(path)
    return found


def _made_here(path: Path, home: Home) -> bool:
    """By its place or its name: somebody else's edition has somebody else's key."""
    if path.is_relative_to(home.editions):
        return True
    start(migrate=False)
    from django.db import DatabaseError

    from besa.report.models import Publication

    try:
        names = Publication.objects.values_list("edition", "path")
        return any(edition.startswith(path.name) or place == str(path) for edition, place in names)
    except DatabaseError:
        return False  # a home that was never used to the end


def _head(path: Path) -> list[dict[str, str]]:
    """The ledger of this home must hold the head that the edition printed."""
    try:
        envelope = read_envelope(path)
    except BesaError:
        return []
    start(migrate=False)
    from besa.ledger.models import Entry

    if not envelope.ledger_seq or Entry.objects.filter(seq=envelope.ledger_seq, hash=envelope.ledger_head).exists():
        return []
    seen = "".join(f", though {one.authority} saw it on {one.at:%Y-%m-%d}" for one in editions.time_stamps(path)[:1])
    return [
        {"where": f"ledger entry {envelope.ledger_seq}", "problem": f"the edition's head is not in this ledger{seen}"}
    ]


# Exhibits and the vault


def _named(what: str) -> list:
    start(migrate=False)
    from django.db import DatabaseError

    from besa.evidence.models import Exhibit

    found = Exhibit.objects.select_related("item").order_by("id")
    try:
        if number := re.fullmatch(r"[Ee]-(\d{1,18})", what):
            return list(found.filter(pk=int(number[1])))
        return list(found.filter(sha256=what) if _HASH.fullmatch(what) else found.filter(item__post_key=what))
    except DatabaseError:
        return []


def _exhibits(exhibits: list, progress: Progress) -> Found:
    """Some, each with all there is to tell."""
    from besa.evidence.verifier import judge

    found = Found(len(exhibits))
    told = found.told["exhibits"] = []
    with progress("Looking at what is kept", len(exhibits)) as advance:
        for one in judge(exhibits, Vault(Home.here().vault)):
            exhibit, item = one.exhibit, one.exhibit.item
            found.problems += [{"where": one.name, "problem": problem} for problem in one.problems]
            told.append(
                {
                    "exhibit": one.name, "post": item.post_key, "kind": exhibit.kind, "file": exhibit.file_name,
                    "media_type": exhibit.media_type, "bytes": exhibit.size, "sha256": exhibit.sha256,
                    "captured_at": exhibit.captured_at.isoformat(), "time_stamps": one.stamps,
                    "waiting": one.waiting, "late_hours": one.late, "erased": one.erased,
                }
            )  # fmt: skip
            found.lines += _lines(one)
            advance(1)
    return found


def _lines(one) -> Iterable[str]:
    exhibit = one.exhibit
    what = f"{exhibit.kind} of {exhibit.item.post_key}, captured {exhibit.captured_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"{one.name}: {what}, SHA-256 {exhibit.sha256}"
    for stamp in one.stamps:
        yield f"  time-stamped {stamp['at'][:19].replace('T', ' ')} UTC by {stamp['authority']}"
    for stamp in one.waiting:
        yield f"  awaits the time-stamp of {stamp['authority']} since {stamp['since'][:10]}"
    if not one.stamps and not one.waiting:
        yield "  bears no time-stamp"
    if one.late is not None:
        yield f"  late: first time-stamped {one.late:g} hours after it was captured"
    if one.erased is not None:
        yield f"  erased {one.erased['at'][:10]}: {one.erased['reason']}"


def _vault(path: Path, progress: Progress) -> Found:
    """Every file by its hash; where it is the vault of this home, also what should lie in it and does not."""
    vault = Vault(path)
    files = vault.files()
    # a vault's files are named by their hash; any other folder must not be told that its bytes have changed
    known = any(_HASH.fullmatch(file.name) for file in files) or vault.all_erased()
    if not known and any(path.iterdir()):
        raise BadInput("This is neither an edition nor a vault.", where=str(path))
    with progress("Hashing each file again", len(files)) as advance:
        found = Found(len(files), list(vault.problems(advance)))
    if path == Home.here().vault:
        found.add(_belongs(vault, progress))
    return found


def _belongs(vault: Vault, progress: Progress) -> Found:
    """What the rows of this home say of its vault: exhibits, time-stamps, dossiers."""
    start(migrate=False)
    from django.db import DatabaseError

    from besa.evidence.models import Exhibit
    from besa.evidence.verifier import judge
    from besa.retention.queries.vouching import vault_problems

    found = Found()
    late, waiting, erased, bare = [], [], [], []
    try:
        exhibits = list(Exhibit.objects.select_related("item").order_by("id"))
        with progress("Looking at time-stamps and custody", len(exhibits)) as advance:
            for one in judge(exhibits, vault, hashed=True):
                found.problems += [{"where": one.name, "problem": problem} for problem in one.problems]
                waiting += [{"where": one.name, **stamp} for stamp in one.waiting]
                late += [{"where": one.name, "hours": one.late}] if one.late is not None else []
                erased += [{"where": one.name, **one.erased}] if one.erased else []
                bare += [{"where": one.name}] if not (one.stamps or one.waiting or one.problems) else []
                advance(1)
        found.problems += vault_problems(vault)
    except DatabaseError:
        return Found()  # a home that was never used to the end
    found.told |= {"late": late, "waiting": waiting, "erased": erased}
    told = ("time-stamped late", late), ("time-stamps awaited", waiting), ("erased lawfully", erased)
    for what, many in (*told, ("pieces of evidence bear no time-stamp", bare)):
        few = ", ".join([one["where"] for one in many[:5]] + ["…"] * (len(many) > 5))
        found.lines += [f"{len(many):,} {what}: {few}"] if many else []
    return found


# The ledger


def ledger() -> Found:
    """The chain, its rows, and that it still holds the heads of all editions made here, under their seals."""
    home = start()
    from besa.ledger import verify
    from besa.report.models import Publication

    problems = list(verify.problems())
    public_key = keys.public_hex(keys.signing_key(home.signing_key))
    # editions that the database does not know any more speak as well: it may be the one that was put back
    paths = {Path(path) for path in Publication.objects.values_list("path", flat=True)}
    paths |= {file.parent for file in home.editions.glob("[0-9a-f]*/envelope.json")}
    latest = None
    for path in sorted({_where(path, home) for path in paths}):
        if not editions.is_edition(path):
            continue
        problems += [
            {**one, "where": f"{path.name}/{one['where']}"} for one in editions.seal_problems(path, public_key)
        ]
        problems += _head(path)
        latest = max(filter(None, [latest, *(one.at for one in editions.time_stamps(path))]), default=None)
    lines = [f"A head of this ledger was time-stamped last on {latest:%Y-%m-%d %H:%M} UTC."] if latest else []
    return Found(verify.checked(), problems, {"head_time_stamped": latest.isoformat() if latest else None}, lines)


def _where(path: Path, home: Home) -> Path:
    """An edition lies in the editions of this home, which may have been copied or moved, or where it was published."""
    here = home.editions / path.name
    return here if here.exists() else path
