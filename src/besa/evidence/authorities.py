"""The time-stamp authorities of this installation: `time-authorities.toml` in its home.

[[authority]]
name = "Lumas Time"
address = "https://time.lumas.example/tsr"
chain = "lumas-time.pem"      # beside the file: the authority's root certificate, and what lies between
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from besa.base import timestamp
from besa.base.errors import BadInput
from besa.base.home import Home


@dataclass(frozen=True)
class Authority:
    name: str
    address: str
    chain: bytes


def authorities() -> list[Authority]:
    """Those that the file names, in its order; none without a file. Raises BadInput with file and reason."""
    file = Home.here().time_authorities
    if not file.exists():
        return []
    try:
        given = tomllib.loads(file.read_text("utf-8")).get("authority", [])
        found = [Authority(str(one["name"]), str(one["address"]), _chain(file.parent / one["chain"])) for one in given]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise BadInput(f"cannot be read ({error}).", where=str(file)) from None
    except KeyError as error:
        raise BadInput(f"An authority lacks {error}.", where=str(file), remedy="Give name, address, chain.") from None
    if len({one.name for one in found}) != len(found):
        raise BadInput("Two authorities have the same name.", where=str(file))
    return found


def _chain(file) -> bytes:
    try:
        chain = file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(file)) from None
    try:
        timestamp.read_chain(chain)
    except timestamp.Untrue as error:
        raise BadInput(error.message, where=str(file), remedy="Give its root certificate as PEM.") from None
    return chain
