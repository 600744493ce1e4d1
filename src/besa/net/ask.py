"""Asking a service that the operator has named (not an address that came from data): one POST, capped."""

from __future__ import annotations

import httpx

from besa.net.fetch import AGENT, NotReached, TooMuch

_SECONDS = 20.0
_LARGEST = 1 << 20


def ask(address: str, body: bytes, *, media_type: str, accept: str) -> bytes:
    """The answer to `body`. Raises NotReached (no answer, or not with status 200) or TooMuch."""
    heads = {"Content-Type": media_type, "Accept": accept, "User-Agent": AGENT}
    try:
        with httpx.stream("POST", address, content=body, headers=heads, timeout=_SECONDS) as answer:
            if answer.status_code != 200:
                raise NotReached(f"It answered with status {answer.status_code}.", where=address)
            got = bytearray()
            for block in answer.iter_bytes():
                got += block
                if len(got) > _LARGEST:
                    raise TooMuch("The answer is larger than any such answer.", where=address)
            return bytes(got)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotReached(f"It gave no answer ({type(error).__name__}).", where=address) from None
