"""When an account was made, where a source says so with each of its posts; read from the raw row that the corpus keeps.

Not a column of the corpus: few sources tell it, and so it is known of what was imported long ago too.
"""

from __future__ import annotations

import json
from datetime import datetime

from besa.collect.rules.values import at, moment

_X = ("core", "user_results", "result")
#: Connector -> where in its rows the moment may stand.
PATHS: dict[str, tuple[tuple[str, ...], ...]] = {
    "x_api": (("author", "created_at"), ("data", "author", "created_at")),
    "mastodon": (("account", "created_at"),),
    "bluesky": (("post", "author", "createdAt"), ("author", "createdAt"), ("author", "created_at")),
    "fourcat": (("author_created_at",),),
    "crowdtangle": (("Page Created",), ("account", "pageCreatedDate")),
    "zeeschuimer": tuple(
        ("data", *way)
        for way in (
            ("account", "created_at"),
            *((*within, *_X, part, "created_at") for within in ((), ("tweet",)) for part in ("core", "legacy")),
        )
    ),
}


def account_made(connector: str, raw: str | None) -> datetime | None:
    """When the account of this row was made; None where the row does not say."""
    try:
        row = json.loads(raw or "null")
    except ValueError:
        return None
    # a repost on Bluesky holds the post of somebody else
    reposted = connector == "bluesky" and at(row, "reason", "by")
    for path in (("reason", "by", "createdAt"),) if reposted else PATHS.get(connector, ()):
        if found := moment(at(row, *path)):
            return found
    return None
