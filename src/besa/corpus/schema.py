"""The contract behind `besa query`: what stands in the corpus, column by column."""

from __future__ import annotations

import pyarrow as pa

_UTC = pa.timestamp("us", tz="UTC")
_MEDIA = pa.list_(
    pa.struct([("kind", pa.string()), ("url", pa.string()), ("sha256", pa.string()), ("pdq", pa.string())])
)
_AD = pa.struct(
    [
        ("sponsor", pa.string()),
        ("label", pa.string()),
        ("spend_low", pa.int64()),
        ("spend_high", pa.int64()),
        ("impressions_low", pa.int64()),
        ("impressions_high", pa.int64()),
        ("currency", pa.string()),
        ("start", pa.string()),
        ("end", pa.string()),
    ]
)

#: One row each time a post was looked at. NULL is "not known", never 0.
OBSERVATIONS = pa.schema(
    [
        ("observation_id", pa.string()),
        ("post_key", pa.string()),
        ("platform", pa.string()),
        ("native_id", pa.string()),
        ("kind", pa.string()),
        ("parent_key", pa.string()),
        ("root_key", pa.string()),
        ("url", pa.string()),
        ("channel", pa.string()),
        ("account_key", pa.string()),
        ("account_handle", pa.string()),
        ("account_name", pa.string()),
        ("host_account_key", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("text_normal", pa.string()),
        ("language", pa.string()),
        ("script", pa.string()),
        ("posted_at", _UTC),
        ("posted_precision", pa.string()),
        ("observed_at", _UTC),
        ("edited_at", _UTC),
        ("gone_cause", pa.string()),
        ("links", pa.list_(pa.string())),
        ("hashtags", pa.list_(pa.string())),
        ("mentions", pa.list_(pa.string())),
        ("media", _MEDIA),
        ("reactions", pa.int64()),
        ("comments", pa.int64()),
        ("shares", pa.int64()),
        ("views", pa.int64()),
        ("followers", pa.int64()),
        ("ad", _AD),
        ("route", pa.string()),
        ("election", pa.string()),
        ("import_id", pa.string()),
        ("connector", pa.string()),
        ("connector_version", pa.string()),
        ("raw", pa.string()),
    ]
)

SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])

#: What a detector saw: characters `spans` of the original text, and why, in words.
SIGNALS = pa.schema(
    [
        ("signal_id", pa.string()),
        ("post_key", pa.string()),
        ("observation_id", pa.string()),
        ("detector", pa.string()),
        ("detector_version", pa.string()),
        ("concern", pa.string()),
        ("clause", pa.string()),
        ("score", pa.float64()),
        ("spans", pa.list_(SPAN)),
        ("reason", pa.string()),
        ("made_at", _UTC),
    ]
)

#: Columns that say something about our delivery, not about the post: left out of the digest. The language is
#: among them because where the source names none, it is chosen from those of the election.
DELIVERY = frozenset({"route", "election", "import_id", "connector_version", "language"})
