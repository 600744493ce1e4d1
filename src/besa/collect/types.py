"""What passes through the room: rows of a file, posts read from them, reasons for leaving a row out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple


class Post(NamedTuple):
    """One look at a post, as a connector read it. NULL (None) is "not known", never 0.

    The fields are columns of the corpus (`besa.corpus.schema.OBSERVATIONS`).
    """

    platform: str
    native_id: str
    kind: str = "post"
    parent_key: str | None = None
    root_key: str | None = None
    url: str | None = None
    channel: str = "public"
    account_key: str | None = None
    account_handle: str | None = None
    account_name: str | None = None
    host_account_key: str | None = None
    title: str | None = None
    text: str | None = None
    language: str | None = None
    posted_at: datetime | None = None
    posted_precision: str | None = None
    observed_at: datetime | None = None
    edited_at: datetime | None = None
    gone_cause: str | None = None
    links: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    media: tuple[dict[str, str | None], ...] = ()
    reactions: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None
    followers: int | None = None
    ad: dict[str, Any] | None = None

    @property
    def post_key(self) -> str:
        return f"{self.platform}:{self.native_id}"


@dataclass(frozen=True, slots=True)
class Skip:
    """A row that is no post, and why (one word of the connector's, counted by it)."""

    reason: str


class Row(NamedTuple):
    """One row of a file: its line and what stands there, or what is wrong with it."""

    line: int
    raw: Any = None
    reason: str = ""
    problem: str = ""
    received: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a connector says of itself; read from its manifest.toml."""

    name: str
    title: str
    version: str
    platforms: tuple[str, ...]
    obtained: str
    legal_basis: str
    limits: tuple[str, ...]
    not_available: tuple[str, ...]
    mapped: frozenset[str]
    ignored: frozenset[str]
    redact: tuple[str, ...]
    redact_parameters: tuple[str, ...]
    nested: str = ""
    #: Comes from a closed group: a member's consent must be recorded, and the file itself is never kept.
    consent: bool = False


@dataclass(frozen=True)
class Connector:
    """One way of reading files. `parse` is pure; `salt` goes into each observation's id beside the name."""

    manifest: Manifest
    parse: Callable[[Mapping[str, Any]], Post | Skip]
    sniff: Callable[[bytes, str], float]
    salt: str = ""

    @property
    def name(self) -> str:
        return self.manifest.name


@dataclass
class Counts:
    """What one import did. read = mapped + duplicate + sum(skipped)."""

    read: int = 0
    mapped: int = 0
    duplicate: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    unmapped_keys: dict[str, int] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    #: Rows from which something was taken out before they were stored.
    redacted: int = 0
    #: How often each field was filled, by platform and kind (`rules.change`).
    filled: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class NewFile:
    """A file that comes with a capture. `kind` is a CapturedKind; `sha256`, where given, is checked.

    `scrubbed`: the operator was taken out of it. `sealed`: the original that scrubbing would spoil; it is enciphered.
    """

    kind: str
    data: bytes | BinaryIO
    media_type: str
    name: str
    sha256: str = ""
    scrubbed: bool = False
    sealed: bool = False
