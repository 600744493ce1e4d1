"""The published format: what one edition holds, as frozen dataclasses and plain JSON.

An edition is a folder:

    content/edition.json                     everything below, as `Edition`
    content/data/*.csv, *.parquet            the same numbers for machines
    content/figures/<language>/<name>.svg    charts
    content/reports/<language>/weekly.html   and .pdf, .docx
    manifest.json                            path, sha256, bytes of every file under content/
    envelope.json                            hash of the manifest, signature, ledger head, previous edition
    site.json, site/                         the portal made of content/ alone, and its own manifest
    stamps/                                  time-stamps of envelope.json; they may come later, and change nothing else

The edition's name is the SHA-256 of manifest.json. No clock is in it: the same freeze gives the same
name. Languages are BCP 47 tags (`sq`, `sr-Latn`, `sr-Cyrl`, `en`); texts are {language: text}.
All paths are relative to content/ and use forward slashes.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
ENVELOPE = "envelope.json"

Texts = dict[str, str]


@dataclass(frozen=True)
class Phase:
    """Local days first..last (ISO dates), both included."""

    kind: str
    names: Texts
    first: str
    last: str


@dataclass(frozen=True)
class Meta:
    """`period` is the report's own: ISO dates of the week (weekly) or of all phases (final)."""

    election: str
    names: Texts
    country: Texts
    operator: Texts
    timezone: str
    demo: bool
    kind: str
    week: str
    first: str
    last: str
    weeks: list[str]
    languages: list[str]
    phases: list[Phase]
    freeze: str
    corpus_version: int


@dataclass(frozen=True)
class Column:
    """`kind`: count, percent, rate, number, text. Percent cells are 0 to 100, unrounded is never stored."""

    key: str
    label: str
    kind: str


@dataclass(frozen=True)
class Table:
    """One table in one language. `rows` hold `key`, `label` and a cell per column; None is "not known".

    `unit`: contents, instances, acts, posts, accounts, account_days, notices. `denominator`: the base of the
    percentages, in words. `total`: a row like the others, or None where adding up makes no sense.
    """

    name: str
    title: str
    denominator: str
    unit: str
    overlap: bool
    period: str
    phase: str
    route: str
    rounding: str
    columns: list[Column]
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None
    notes: list[str]


@dataclass(frozen=True)
class Stat:
    """One figure of the first page. `value` is formatted for the language; `table`, `row`, `column` is its cell."""

    key: str
    label: str
    value: str
    note: str
    table: str
    row: str
    column: str


@dataclass(frozen=True)
class Figure:
    """A chart of one table. `files`, `titles`, `alts` by language; `alts` says in words what it shows."""

    name: str
    table: str
    titles: Texts
    alts: Texts
    files: dict[str, str]


@dataclass(frozen=True)
class Document:
    """`kind`: weekly or final; `format`: html, pdf, docx."""

    language: str
    kind: str
    format: str
    path: str
    bytes: int


@dataclass(frozen=True)
class DataFile:
    name: str
    format: str
    path: str
    rows: int
    bytes: int
    table: str = ""


@dataclass(frozen=True)
class Clause:
    slug: str
    principle: str
    titles: Texts
    texts: Texts
    bound_kinds: list[str]
    duty: str
    reconstructed: bool


@dataclass(frozen=True)
class Principle:
    slug: str
    names: Texts
    texts: Texts


@dataclass(frozen=True)
class Code:
    version: str
    titles: Texts
    preambles: Texts
    source: str
    sha256: str
    effective_from: str
    principles: list[Principle]
    clauses: list[Clause]


@dataclass(frozen=True)
class Span:
    """Signed from `first` until the day before `until` (None: still)."""

    kind: str
    first: str
    until: str | None
    withdrawal_reason: str = ""


@dataclass(frozen=True)
class Signatory:
    """`status` on the last day of the period; `violations`, `compliance`: attributed findings so far."""

    slug: str
    names: Texts
    kind: str
    status: str
    spans: list[Span]
    violations: int
    compliance: int


@dataclass(frozen=True)
class Reply:
    """Verbatim. `as_party`: answered for the party, not for the person."""

    kind: str
    text: str
    date: str
    as_party: bool


@dataclass(frozen=True)
class Remedy:
    kind: str
    date: str


@dataclass(frozen=True)
class Target:
    kind: str
    actor_kind: str
    party: str | None
    gender: str


@dataclass(frozen=True)
class Finding:
    """One published finding. Where not `attributed`, everything that could point at somebody is None or empty.

    `source`, `party`: slugs, keys into `Edition.actors`; `area`: key into `Edition.areas`.
    """

    number: str
    decision: str
    type: str
    clause: str
    other_clauses: list[str]
    platform: str
    language: str
    week: str
    phase: str
    attributed: bool
    why_unattributed: str
    day: str | None = None
    area: str | None = None
    source: str | None = None
    source_class: str | None = None
    party: str | None = None
    signatory_status: str | None = None
    party_signatory_status: str | None = None
    targets: list[Target] = field(default_factory=list)
    excerpt: str = ""
    replies: list[Reply] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)


@dataclass(frozen=True)
class Edition:
    """`labels`: {language: {word kind: {value: label}}}, so that readers need no list of words.

    `tables`, `first_page`: by language. `actors`, `areas`: names by slug (parties, signatories and
    attributed sources only). `method`: {language: Markdown}. `prose`: the editor's text by language.
    """

    format: int
    meta: Meta
    labels: dict[str, dict[str, dict[str, str]]]
    first_page: dict[str, list[Stat]]
    code: Code | None
    register: list[Signatory]
    actors: dict[str, Texts]
    areas: dict[str, Texts]
    tables: dict[str, dict[str, Table]]
    figures: list[Figure]
    findings: list[Finding]
    documents: list[Document]
    data: list[DataFile]
    method: Texts
    prose: Texts
    errata: list[dict[str, Any]]


@dataclass(frozen=True)
class Envelope:
    """What surrounds an edition and may change with time: never part of its name.

    `signature`: Ed25519 over `signed_text(self)`, hex. `site`: SHA-256 of site.json.
    """

    edition: str
    number: int
    previous: str
    change_note: str
    published_at: str
    freeze: str
    ledger_seq: int
    ledger_head: str
    site: str
    public_key: str
    signature: str = ""


def plain(value: Any) -> Any:
    """Dataclasses as plain JSON values."""
    return dataclasses.asdict(value)


def signed_text(envelope: Envelope) -> bytes:
    """The bytes that the signature covers: every field but the signature, as canonical JSON."""
    from besa.base.ids import canonical_json

    fields = dataclasses.asdict(envelope)
    del fields["signature"]
    return canonical_json(fields).encode()


def revive(cls: type, value: Any) -> Any:
    """Plain JSON back into the dataclass `cls`; unknown keys (of a later format) are left out.

    Raises TypeError or KeyError where something needed is missing.
    """
    if dataclasses.is_dataclass(cls):
        hints = typing.get_type_hints(cls)
        names = {f.name for f in dataclasses.fields(cls)}
        return cls(**{key: revive(hints[key], item) for key, item in value.items() if key in names})
    origin, inner = typing.get_origin(cls), typing.get_args(cls)
    if origin is list and value is not None:
        return [revive(inner[0], item) for item in value]
    if origin is dict and value is not None:
        return {key: revive(inner[1], item) for key, item in value.items()}
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return revive(next(option for option in inner if option is not type(None)), value)
    return value
