"""`besa verify`: is what stands there what was written? An edition, a dossier, the vault, or the ledger."""

from __future__ import annotations

import os
import re
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}")


def arguments(parser) -> None:
    parser.add_argument("path", nargs="?", default="", help="a dossier, a web archive, an edition, or a vault")
    parser.add_argument("--ledger", action="store_true", help="check the chain and every row that it vouches for")


def run(arguments, out) -> int:
    from besa.base.errors import BadInput

    if not arguments.path and not arguments.ledger:
        raise BadInput("What shall be checked?", remedy="Name a dossier, an edition, a vault, or add --ledger.")
    problems: list[dict[str, str]] = []
    checked = 0
    if arguments.path:
        path = Path(arguments.path)
        if not path.exists():
            raise BadInput("There is no such file or folder.", where=str(path))
        path = path.resolve()
        found, checked = _dossier(path) if path.is_file() else _edition(path) if _is_edition(path) else _vault(path)
        problems += found
    if arguments.ledger:
        found, rows = _ledger()
        problems += found
        checked += rows
    document = {"ok": not problems, "checked": checked, "problems": problems}
    lines = [f"{problem['where']}: {problem['problem']}" for problem in problems] or [f"Whole: {checked:,} checked."]
    if key := _key(arguments.path):
        document["sealed_by"] = key
        lines.append(f"Sealed with the key {key}")
    out.result(document, "\n".join(lines))
    return 1 if problems else 0


def _key(path: str) -> str:
    """Of a dossier, the key by which it says that it was sealed."""
    from besa.evidence.dossier import is_dossier
    from besa.evidence.dossier.verifier import sealed_by

    return sealed_by(Path(path)) if path and Path(path).is_file() and is_dossier(Path(path)) else ""


def _dossier(path: Path) -> tuple[list[dict[str, str]], int]:
    """The file alone; where this home sealed it, also that it is its key."""
    from besa.base.home import Home
    from besa.edition import keys
    from besa.evidence.dossier import is_dossier, problems
    from besa.evidence.dossier.verifier import files

    if not is_dossier(path):
        return _archive(path)
    home = Home.here()
    key = keys.public_hex(keys.signing_key(home.signing_key)) if _sealed_here(path, home) else None
    return list(problems(path, key)), files(path)


def _archive(path: Path) -> tuple[list[dict[str, str]], int]:
    """A WACZ or WARC, ours or anybody's."""
    from besa.base.errors import BadInput
    from besa.evidence.archive.checker import problems

    if not re.search(r"\.(wacz|warc|warc\.gz)$", path.name.lower()):
        raise BadInput("This is neither a dossier nor a web archive.", where=str(path))
    return list(problems(path)), 1


def _sealed_here(path: Path, home) -> bool:
    """By its description: a dossier of somebody else's election has somebody else's key."""
    import zipfile

    if not home.signing_key.exists():
        return False
    from besa.site.start import start

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


def _is_edition(path: Path) -> bool:
    from besa.edition.verifier import is_edition

    return is_edition(path)


def _edition(path: Path) -> tuple[list[dict[str, str]], int]:
    """The folder alone; and where this home made the edition, also its key and its ledger."""
    from besa.base.home import Home
    from besa.edition import keys, verifier

    home = Home.here()
    at_home = home.signing_key.exists() and _made_here(path, home)
    public_key = keys.public_hex(keys.signing_key(home.signing_key)) if at_home else None
    problems = list(verifier.problems(path, public_key))
    if at_home:
        problems += _head(path)
    return problems, verifier.checked(path)


def _made_here(path: Path, home) -> bool:
    """By its place or its name: somebody else's edition has somebody else's key."""
    if path.is_relative_to(home.editions):
        return True
    from besa.site.start import start

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
    from besa.base.errors import BesaError
    from besa.edition.reader import read_envelope
    from besa.site.start import start

    try:
        envelope = read_envelope(path)
    except BesaError:
        return []
    start(migrate=False)
    from besa.ledger.models import Entry

    if not envelope.ledger_seq or Entry.objects.filter(seq=envelope.ledger_seq, hash=envelope.ledger_head).exists():
        return []
    return [{"where": f"ledger entry {envelope.ledger_seq}", "problem": "the edition's head is not in this ledger"}]


def _vault(path: Path) -> tuple[list[dict[str, str]], int]:
    from besa.base.errors import BadInput
    from besa.vault.store import Vault

    vault = Vault(path)
    files = vault.files()
    # a vault's files are named by their hash; any other folder must not be told that its bytes have changed
    known = any(_HASH.fullmatch(file.name) for file in files) or vault.all_erased()
    if not known and any(path.iterdir()):
        raise BadInput("This is neither an edition nor a vault.", where=str(path))
    return [*vault.problems(), *_lost(vault)], len(files)


def _lost(vault) -> list[dict[str, str]]:
    """Of the vault of this home: the files that casework speaks of and that are neither there nor lawfully erased."""
    from besa.base.home import Home

    home = Home.here()
    if vault.root != home.vault or (not home.database.exists() and not os.environ.get("BESA_DATABASE")):
        return []
    from besa.site.start import start

    start()
    from besa.retention.queries.vouching import vault_problems

    return list(vault_problems(vault))


def _ledger() -> tuple[list[dict[str, str]], int]:
    """The chain, its rows, and that it still holds the heads of all editions made here."""
    from besa.site.start import start

    start()
    from besa.ledger import verify
    from besa.report.models import Publication

    problems = list(verify.problems())
    for path in Publication.objects.order_by("number").values_list("path", flat=True):
        problems += _head(Path(path))
    return problems, verify.checked()
