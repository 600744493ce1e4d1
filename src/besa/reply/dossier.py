"""What goes into a dossier of a case: the cover in one language, findings, what was preserved, who had it in hands."""

from __future__ import annotations

import json
import mimetypes
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from besa.base import clock, languages, typeset, words
from besa.base.home import Home
from besa.coding.models import Finding
from besa.collect.names.queries import Author, author, lifted
from besa.edition import keys
from besa.edition.spreadsheet import csv_bytes
from besa.evidence.dossier import Part
from besa.evidence.models import Custody, Exhibit, TimeStamp
from besa.people.models import User
from besa.reply.models import Case
from besa.triage.models import DocketItem
from besa.vault import Vault

_COVER = Path(__file__).resolve().parent / "templates" / "reply" / "cover.typ"
_LONGEST = 1_200


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
    stamps = _stamps(kept, vault)
    people = _Monitors()
    title, note = people.hidden(case.title), people.hidden(case.note)
    with translation.override(languages.django_code(language)):
        told = [_told(finding, authors[finding.adjudication.item_id], language, people) for finding in findings]
        listed = [
            {
                "file": names.get(one.pk, ""), "sha256": one.sha256, "bytes": one.size, "media_type": one.media_type,
                "captured_at": one.captured_at.isoformat(), "note": people.hidden(one.note),
                "withheld": _(withheld[one.pk]) if one.pk in withheld else "",
            }
            for one in exhibits
        ]  # fmt: skip
        cover = typeset.pdf(_COVER, _cover(case, title, note, told, listed, language=language, recipient=recipient))
        readmes = {stamped: _readme(case, title, stamped) for stamped in (True, False)}
    parts = [Part(names[one.pk], vault.path_of(one.sha256), tuple(stamps.get(one.pk, ())), one.sha256) for one in kept]
    parts += [
        Part("cover.pdf", cover),
        Part("findings.json", _json({"case": f"C-{case.number}", "title": title, "findings": told})),
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
    suffix = {"application/json": ".json"}.get(exhibit.media_type) or mimetypes.guess_extension(exhibit.media_type)
    return f"{exhibit.kind}-{exhibit.pk}{suffix or '.bin'}"


def _stamps(exhibits: Sequence[Exhibit], vault: Vault) -> dict[int, list[tuple[bytes, bytes]]]:
    found: dict[int, list[tuple[bytes, bytes]]] = {}
    for row in TimeStamp.objects.filter(exhibit__in=exhibits, state="stamped").order_by("id"):
        found.setdefault(row.exhibit_id, []).append((vault.get(row.answer_sha256), vault.get(row.chain_sha256)))
    return found


def _told(finding: Finding, who: Author, language: str, people: _Monitors) -> dict:
    """One finding in words: what, by whom, when, under which clause, and why."""
    item: DocketItem = finding.adjudication.item
    return {
        "number": finding.number,
        "decision": str(words.label(words.Decision, finding.decision)),
        "type": str(words.label(words.FindingType, finding.type)),
        "clause": languages.pick(finding.clause.titles, language),
        "clause_text": languages.pick(finding.clause.texts, language),
        "reason": people.hidden(finding.adjudication.reason),
        "decided_at": finding.decided_at.isoformat(),
        "platform": str(words.label(words.Platform, finding.platform)),
        "posted_at": finding.posted_at.isoformat(),
        "author": who.name,
        "handle": who.handle,
        "address": who.url,
        "actor": finding.source.name if finding.source and not who.private else "",
        "text": item.text,
    }


def _cover(
    case: Case, title: str, note: str, told: list[dict], listed: list[dict], *, language: str, recipient: str
) -> dict:
    election = case.election
    local = _local(election.timezone)
    code, script = typeset.TYPST_LANGUAGE[language]
    now = clock.now().astimezone(ZoneInfo(election.timezone))
    return {
        "language": code,
        "script": script,
        "year": now.year,
        "month": now.month,
        "day": now.day,
        "title": title,
        "number": f"C-{case.number}",
        "lines": [
            [_("Election"), languages.pick(election.names, language)],
            [_("Handed over by"), languages.pick(election.operator, language)],
            [_("To"), recipient],
            [_("Date"), date_format(now, "DATE_FORMAT")],
            [_("Key of the seal"), keys.public_hex(keys.signing_key(Home.here().signing_key))],
        ],
        "note": note,
        "words": {
            "page": _("Page"),
            "files": _("Files"),
            "file": _("File"),
            "preserved": _("Preserved"),
            "text": _("Text of the post"),
            "reason": _("Reason of the decision"),
            "check": _("README.txt says how anybody can check this dossier."),
        },
        "findings": [
            {
                "number": one["number"],
                "head": f"{one['decision']}: {one['type']}",
                "lines": [
                    [_("Clause"), one["clause"]],
                    [_("Posted"), f"{local(one['posted_at'])}, {one['platform']}"],
                    [_("Account"), " ".join(filter(None, [one["author"], one["handle"] and f"@{one['handle']}"]))],
                    [_("Address"), one["address"] or "–"],
                    [_("Decided"), local(one["decided_at"])],
                ],
                "clause_text": one["clause_text"],
                "text": one["text"] if len(one["text"]) <= _LONGEST else one["text"][:_LONGEST] + "…",
                "reason": one["reason"],
            }
            for one in told
        ],
        "listed": [
            [
                one["file"] or f"– ({one['withheld']})",
                local(one["captured_at"]),
                " ".join(one["sha256"][at : at + 16] for at in (0, 16, 32, 48)),
            ]
            for one in listed
        ],
    }


def _local(timezone: str) -> Callable[[str], str]:
    return lambda at: date_format(datetime.fromisoformat(at).astimezone(ZoneInfo(timezone)), "DATETIME_FORMAT")


class _Monitors:
    """The numbers under which the people at the desk are known outside."""

    def __init__(self):
        self.numbers = {user.username: user.monitor_name or f"Monitor {user.pk:02d}" for user in User.objects.all()}
        longest_first = sorted(map(re.escape, self.numbers), key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)") if longest_first else None

    def hidden(self, text: str) -> str:
        """The text with every log-in name as its number."""
        return self._names.sub(lambda found: self.numbers[found[0]], text) if self._names else text


def _custody(custody: Sequence[Custody], names: dict[int, str], people: _Monitors) -> bytes:
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


def _readme(case: Case, title: str, stamped: bool) -> str:
    """How a stranger checks it. The commands are the same in every language, and can be pasted as they stand."""
    when = [
        "3. " + _("When a file existed at the latest, says an independent authority: it must say “Verification: OK”."),
        "   " + _("The name of each file in stamps/ begins with the SHA-256 of the file it is about."),
        "",
        "      for answer in stamps/*.tsr; do",
        '        name=${answer#stamps/}; hash=${name%%.*}; number=${name#*.}; number=${number%.tsr}',
        '        openssl ts -reply -in "$answer" -text',
        '        openssl ts -verify -in "$answer" -digest "$hash" -CAfile "stamps/$number.pem"',
        "      done",
        "",
        "   "
        + _("Where a certificate has expired since: add -attime and the time that it tells, in seconds since 1970."),
    ]  # fmt: skip
    return "\n".join(
        [
            f"{title} (C-{case.number})",
            "",
            _("This file says how anybody can check the dossier, without the software that made it."),
            _("Unpack it, open a terminal in its folder, and give these commands."),
            "",
            "1. " + _("No file was changed: each line must end with OK."),
            "",
            "      sha256sum -c manifest-sha256.txt",
            "      sha256sum -c tagmanifest-sha256.txt",
            "",
            "2. " + _("It was sealed with the key in public-key.pem: it must say “Signature Verified Successfully”."),
            "   " + _("Compare the key with the one on the cover and on the website of who handed it over."),
            "",
            "      openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin \\",
            "        -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig",
            "      openssl pkey -pubin -in public-key.pem -noout -text",
            "",
            *(when if stamped else ["3. " + _("No authority has time-stamped it yet.")]),
            "",
            _("custody.csv tells who had each file in hands, and when; times are in UTC."),
            "",
        ]
    )
