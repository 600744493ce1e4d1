"""What Meta's two libraries share: one way of asking, of paging, and of saying that it was too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from besa.collect.live.look import Job, ask, part
from besa.collect.rules.values import at
from besa.net.visit import Declined, Resting, Visitor

#: Codes of "too many calls" (Graph API): of the app, the user, the page, a custom limit.
_TOO_MANY = frozenset({4, 17, 32, 613})
_REST = 15 * 60.0


def pages_of(visit: Visitor, job: Job, url: str, query: Mapping[str, Any]) -> Iterator[list[Any]]:
    """The lists under `data`, by the cursor: `paging.next` repeats the key in an address, and is left alone."""
    query = dict(query)
    while True:
        try:
            document = ask(visit, url, query, secret=job.secret, headers={"Authorization": f"Bearer {job.secret}"})
        except Declined as error:
            if _code(error.body) in _TOO_MANY:
                raise Resting(_REST, url) from None
            raise
        yield part(document, "data")
        after = at(document, "paging", "cursors", "after")
        if not after or after == query.get("after") or not document["data"]:
            return
        query["after"] = after


def _code(body: bytes) -> Any:
    try:
        return at(orjson.loads(body), "error", "code")
    except ValueError:
        return None
