"""What goes into a dossier of a case: the cover in one language, findings, what was preserved, who had it in hands."""

from __future__ import annotations

import json
import mimetypes
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from besa.base import clock, languages
from besa.base.home import Home
from besa.coding.models import Finding
from besa.collect.names.queries import author, lifted
from besa.edition.spreadsheet import csv_bytes
from besa.evidence.dossier import Part
from besa.evidence.models import Custody, Exhibit, TimeStamp
from besa.evidence.rules import ARCHIVES
from besa.reply.dossier.cover import Shown, cover, shown
from besa.reply.dossier.people import Monitors
from besa.reply.dossier.readme import readme
from besa.reply.dossier.told import told
from besa.reply.models import Case
from besa.vault import Vault

#: Those that a machine's own list of types may not know.
_SUFFIXES = {"application/json": ".json", **{kind.media_type: f".{name}" for name, kind in ARCHIVES.items()}}


@dataclass(frozen=True)
class Packed:
    parts: list[Part]
    info: list[tuple[str, str]]
    readme: Callable[[bool], str]


def exhibits_of(findings: Sequence[Finding]) -> list[Exhibit]:
    """All that is preserved of the posts of these findings, each with its post."""
    items = [finding.adjudication.item_id for finding in findings]
    return list(Exhibit.objects.filter(item__in=items).select_related("item").order_by("item_id", "id"))


def contents(
    case: Case, findings: Sequence[Finding], exhibits: Sequence[Exhibit], custody: Sequence[Custody], *,
    language: str, recipient: str, by,
) -> Packed:  # fmt: skip
    """The parts of the dossier in `language`. The monitors stand in it as numbers; a record that names a private
    person, and a file whose bytes are not there any more, are left out, and their place says so. `custody`: who had
    the files in hands, in the order of time."""
    election, vault = case.election, Vault(Home.here().vault)
    open_names = lifted(election, by)
    with translation.override(languages.django_code(language)):
        authors = {one.adjudication.item_id: author(one.adjudication.item, election, open_names) for one in findings}
    numbers = {finding.adjudication.item_id: finding.number for finding in findings}
    withheld = {
        one.pk: gettext_noop("its bytes are not in the vault any more")
        if not vault.has(one.sha256)
        else gettext_noop("it names a private person")
        for one in exhibits
        if not vault.has(one.sha256) or (one.kind == "raw" and authors[one.item_id].private)
    }
    kept = [one for one in exhibits if one.pk not in withheld]
    names = {one.pk: f"{numbers[one.item_id]}/{_file_name(one)}" for one in kept}
    stamps: dict[int, list[TimeStamp]] = {}
    for row in TimeStamp.objects.filter(exhibit__in=exhibits).order_by("id"):
        stamps.setdefault(row.exhibit_id, []).append(row)
    people = Monitors()
    title, note = people.hidden(case.title), people.hidden(case.note)
    with translation.override(languages.django_code(language)):
        findings_told = [told(one, authors[one.adjudication.item_id], language, people) for one in findings]
        listed = [
            {
                "file": names.get(one.pk, ""), "sha256": one.sha256, "bytes": one.size, "media_type": one.media_type,
                "captured_at": one.captured_at.isoformat(), "note": people.hidden(one.note),
                "time_stamps": [_plain(row) for row in stamps.get(one.pk, ())],
                "withheld": _(withheld[one.pk]) if one.pk in withheld else "",
            }
            for one in exhibits
        ]  # fmt: skip
        pictures = _pictures(
            kept, names, {number for one, number in numbers.items() if not authors[one].private}, vault
        )
        printed = cover(case, title, note, findings_told, listed, pictures, language=language, recipient=recipient)
        readmes = {stamped: readme(case, title, stamped) for stamped in (True, False)}
    parts = [
        Part(names[one.pk], vault.path_of(one.sha256), _answers(stamps.get(one.pk, ()), vault), one.sha256)
        for one in kept
    ]
    parts += [
        Part("cover.pdf", printed),
        Part("findings.json", _json({"case": f"C-{case.number}", "title": title, "findings": findings_told})),
        Part("files.json", _json(listed)),
        Part("custody.csv", _custody(custody, names, people)),
    ]
    info = [
        ("Source-Organization", languages.pick(election.operator, language)),
        ("External-Identifier", f"{election.slug} C-{case.number}"),
        ("External-Description", title),
        ("Bagging-Date", clock.now().date().isoformat()),
        ("Recipient", recipient),
    ]
    return Packed(parts, info, readmes.__getitem__)


def copy_to(path: Path, out: Path) -> None:
    """A copy in one step, never half of one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.part")
    shutil.copyfile(path, draft)
    draft.replace(out)


def _file_name(exhibit: Exhibit) -> str:
    """Plain and telling, whatever the file was called where it came from."""
    suffix = _SUFFIXES.get(exhibit.media_type) or mimetypes.guess_extension(exhibit.media_type)
    return f"{exhibit.kind}-{exhibit.pk}{suffix or '.bin'}"


def _pictures(exhibits: Sequence[Exhibit], names: dict[int, str], wanted: set[str], vault: Vault) -> dict[str, Shown]:
    """Finding -> its first screenshot that can be drawn."""
    found: dict[str, Shown] = {}
    for one in exhibits:
        number = names[one.pk].split("/")[0]
        if number not in wanted or number in found or one.kind != "screenshot" or not vault.holds(one.sha256):
            continue
        if picture := shown(names[one.pk], vault.get(one.sha256)):
            found[number] = picture
    return found


def _plain(stamp: TimeStamp) -> dict:
    """`at` is None while the authority has not answered what it was asked at `asked_at`."""
    at = stamp.at.isoformat() if stamp.at else None
    return {"authority": stamp.authority, "asked_at": stamp.wanted_at.isoformat(), "at": at}


def _answers(stamps: Sequence[TimeStamp], vault: Vault) -> tuple[tuple[bytes, bytes], ...]:
    """(answer, certificates) of those that are there."""
    there = (row for row in stamps if row.state == "stamped")
    return tuple((vault.get(row.answer_sha256), vault.get(row.chain_sha256)) for row in there)


def _custody(custody: Sequence[Custody], names: dict[int, str], people: Monitors) -> bytes:
    """Who did what with each file and when, the monitors as numbers."""
    rows = [
        (
            names.get(entry.exhibit_id, "–"), entry.exhibit.sha256, entry.act, entry.at.isoformat(),
            people.numbers.get(entry.by, "Besa"), people.hidden(entry.reason),
        )
        for entry in custody
    ]  # fmt: skip
    return csv_bytes(("file", "sha256", "act", "at", "by", "reason"), rows)


def _json(value) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
