"""Whose a post of the corpus is by the watch-list, and how its author may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from besa.pledge.models import Account, Election


def account_index(election: Election) -> dict[str, int]:
    """Watch-list accounts by key and by `platform:@handle`; a key goes before a handle."""
    rows = list(Account.objects.filter(election=election).values_list("pk", "platform", "key", "handle"))
    index = {f"{platform}:@{handle.lstrip('@').lower()}": pk for pk, platform, _, handle in rows if handle}
    return index | {key: pk for pk, _, key, _ in rows}


def as_item(row: Mapping, watched: Mapping[str, int]) -> SimpleNamespace:
    """A post of the corpus with what tells how its author may be shown; `watched` as `account_index` gives it."""
    handle = (row["account_handle"] or "").lstrip("@").lower()
    account = watched.get(row["account_key"]) or watched.get(f"{row['platform']}:@{handle}")
    texts = ("account_key", "account_handle", "account_name", "host_account_key", "url", "parent_key", "text", "title")
    return SimpleNamespace(**row | {name: row[name] or "" for name in texts} | {"account_id": account})
