"""Loading an election pack: every room reads its slice, all faults are shown at once, then one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from django.db import transaction

from besa.base.errors import NotFound
from besa.base.packfile import Pack
from besa.coding import pack as codebook_pack
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge import pack as pledge_pack
from besa.pledge.models import Election
from besa.pledge.pack.merge import ACT
from besa.reply import pack as notice_pack
from besa.report import pack as report_pack
from besa.triage import pack as lexicon_pack


@dataclass(frozen=True)
class Contents:
    """A pack that was read; `pack` holds its warnings (and faults, where it was not checked)."""

    pack: Pack
    pledge: pledge_pack.Pledge
    codebook: dict
    terms: list[dict]
    texts: dict
    digest: str

    def summary(self) -> dict:
        """One row of the command contract."""
        return {
            "election": self.pledge.election.get("slug", ""),
            "clauses": len(self.pledge.clauses),
            "actors": len(self.pledge.actors),
            "accounts": len(self.pledge.accounts),
            "areas": len(self.pledge.areas),
            "warnings": list(self.pack.warnings),
        }


def shipped() -> list[Path]:
    """Folders of the packs that come with Besa."""
    root = Path(str(resources.files("besa.packs")))
    return sorted(path for path in root.iterdir() if (path / "election.toml").is_file())


def folder_of(name: str) -> Path:
    """A folder, or the name of a shipped pack. Raises NotFound."""
    folder = Path(name)
    if folder.is_dir():
        return folder
    known = {path.name: path for path in shipped()}
    if name in known:
        return known[name]
    raise NotFound(
        f"There is no pack “{name}”.", remedy=f"Give a folder, or one of: {', '.join(known) or 'none is shipped'}."
    )


def read(folder: Path) -> Contents:
    """Read a whole pack without writing anything. Raises BadPack with all faults at once."""
    pack = Pack(Path(folder))
    pledge = pledge_pack.read(pack)
    contents = Contents(
        pack=pack,
        pledge=pledge,
        codebook=codebook_pack.read(pack),
        terms=lexicon_pack.read(
            pack,
            clauses={clause["slug"] for clause in pledge.clauses},
            post_languages=pledge.election.get("post_languages", ()),
        ),
        texts={"notices": notice_pack.read(pack), "report": report_pack.read(pack)},
        digest=_digest(pack),
    )
    pack.unread(("lexicon/<language>", "notices/<language>", "report/<language>"))
    pack.check()
    return contents


def load(*, by, folder: Path) -> dict:
    """Read a pack and write it, or nothing. Returns {election, clauses, actors, accounts, areas, warnings}.

    A pack whose bytes are those of the last load changes nothing and leaves no ledger entry.
    Raises BadPack (all faults), Refused.
    """
    contents = read(folder)
    pack, slug = contents.pack, contents.pledge.election["slug"]
    policy.check(by, ACT, slug)
    with transaction.atomic():
        if Election.objects.filter(slug=slug, pack_digest=contents.digest).exists():
            return contents.summary()
        merge = pledge_pack.Merge()
        election = pledge_pack.write(contents.pledge, pack, merge, digest=contents.digest, texts=contents.texts)
        lexicon_pack.write(contents.terms, merge, election)
        codebook_pack.write(contents.codebook, pack, merge, election)
        pack.check()
        record(by=by, act=ACT, rows=merge.rows, erased=merge.erased, election=slug, reason=contents.digest)
    pack.warnings += merge.warnings
    return contents.summary()


def _digest(pack: Pack) -> str:
    """SHA-256 over the names and bytes of all files read."""
    whole = hashlib.sha256()
    for name, data in _bytes(pack):
        whole.update(f"{len(name)}:{name}:{len(data)}:".encode())
        whole.update(data)
    return whole.hexdigest()


def _bytes(pack: Pack) -> Iterator[tuple[str, bytes]]:
    for name in sorted(pack.read | {codebook_pack.FILE}):
        path = pack.root / name
        if name == codebook_pack.FILE and not path.is_file():
            path = codebook_pack.STANDARD
        if path.is_file():
            yield name, path.read_bytes()
