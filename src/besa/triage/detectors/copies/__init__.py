"""The same text from several accounts: one content in many instances."""

from __future__ import annotations

import ibis

from besa.triage.types import Resources

#: A greeting or a slogan is not a family: the normal text needs this many characters.
SHORTEST = 40
FROM_ACCOUNTS = 2


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    told = posts.filter(posts.text_normal.length() >= SHORTEST, posts.account_key.notnull())
    families = told.group_by(said="text_normal").aggregate(accounts=ibis._.account_key.nunique())
    families = families.filter(ibis._.accounts >= FROM_ACCOUNTS)
    copies = told.select("post_key", "observation_id", "text_normal").inner_join(families, [("text_normal", "said")])
    copies = copies.select("post_key", "observation_id", "accounts")
    return copies.select(
        "post_key",
        "observation_id",
        concern=ibis.literal("coordination"),
        clause=ibis.literal(resources.clauses.get("coordination", "")),
        score=ibis.least(ibis.literal(0.6), 0.1 + 0.05 * copies.accounts.cast("float64")),
        reason=ibis.literal("the same text stands at ") + copies.accounts.cast("string") + " accounts",
    )


_TEXT = "We all meet at the lake on Sunday and bring our neighbours along"
EXAMPLES = (
    {"text": _TEXT, "account_key": "x:1", "concerns": ["coordination"]},
    {"text": _TEXT, "account_key": "x:2", "concerns": ["coordination"]},
    {"text": "A text that only one account has written, however long it may be", "account_key": "x:3", "concerns": []},
    {"text": "Good morning", "account_key": "x:4", "concerns": []},
    {"text": "Good morning", "account_key": "x:5", "concerns": []},
)
