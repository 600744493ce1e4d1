"""Who an author is to the reader of a page."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

from django.utils.translation import gettext as _

from besa.base.home import Home
from besa.collect.models import Capture, LiftedName
from besa.collect.rules import names as rules
from besa.collect.rules.values import account_key
from besa.corpus import Corpus
from besa.people import policy
from besa.pledge.models import Account, Election


@dataclass(frozen=True)
class Author:
    """An author as one reader may see them. `private`: only the code is shown, and nothing that spells out the name.

    `url`, `post_key`, `parent_key`, `host`: those of the post, '' where they would give the name away.
    """

    name: str
    handle: str
    private: bool
    code: str = ""
    url: str = ""
    post_key: str = ""
    parent_key: str = ""
    host: str = ""


@dataclass(frozen=True)
class Behind:
    """The account behind a code."""

    known_by: str
    code: str
    name: str


def secret_of(election: Election) -> bytes:
    """The key of the codes of one election, made when it is first needed. Without it no code leads back to anybody."""
    place = Home.here().keys / f"names-{election.slug}.key"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32))
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_bytes()


def lifted(election: Election, user) -> frozenset[str]:
    """The accounts whose names this user may see although they are private."""
    if election is None or not policy.may(user, "name.see", election.slug):
        return frozenset()
    return frozenset(LiftedName.objects.filter(election=election).values_list("known_by", flat=True))


def author(item, election: Election, open_names: frozenset[str] = frozenset()) -> Author:
    """The author of a docketed post; `open_names` as `lifted` gives them."""
    known_by = rules.identity(item.platform, item.account_key, item.account_handle, item.account_name)
    public = rules.is_public(watched=item.account_id is not None, platform=item.platform, kind=item.kind)
    host = "" if item.host_account_key == item.account_key else item.host_account_key
    if public or known_by in open_names:
        name = item.account_name or item.account_handle or item.account_key
        return Author(
            name, item.account_handle, False, url=item.url, post_key=item.post_key, parent_key=item.parent_key,
            host=_host(election, host),
        )  # fmt: skip
    native = item.account_key.partition(":")[2].lstrip("@")
    spelled = [native, item.account_handle.lstrip("@"), item.account_name]
    if not known_by:
        return Author(_("Author not known"), "", True)
    # whose name was erased keeps the code, which is all that is left of it
    code = native[1:] if native.startswith("~") else rules.code(secret_of(election), known_by)
    shown = {name: rules.without(getattr(item, name), spelled) for name in ("url", "post_key", "parent_key")}
    return Author(_("Account %(code)s") % {"code": code}, "", True, code, host=_host(election, host), **shown)


def authors_of(captures: Iterable[Capture], election: Election, user) -> dict[int, Author]:
    """Capture -> its author, as this user may see them."""
    captures, open_names = list(captures), lifted(election, user)
    keys = {row.pk: account_key(row.platform, None, row.account_handle) or "" for row in captures}
    handles = {row.account_handle for row in captures if row.account_handle}
    watched = {
        f"{platform}:@{handle.lstrip('@').lower()}": pk
        for pk, platform, handle in Account.objects.filter(
            election=election, handle__in=handles | {f"@{handle}" for handle in handles}
        ).values_list("pk", "platform", "handle")
    }
    watched |= dict(Account.objects.filter(election=election, key__in=set(keys.values())).values_list("key", "pk"))
    found = {}
    for row in captures:
        item = SimpleNamespace(
            platform=row.platform, kind=row.kind, account_key=keys[row.pk], account_handle=row.account_handle,
            account_name=row.account_name, account_id=watched.get(keys[row.pk]), host_account_key="", url=row.url,
            post_key=row.post_key, parent_key="",
        )  # fmt: skip
        found[row.pk] = author(item, election, open_names)
    return found


def _host(election: Election, key: str) -> str:
    """The page or group a post stands in, by its key where it is on the watch-list."""
    if not key or Account.objects.filter(election=election, key=key).exists():
        return key
    return _("Account %(code)s") % {"code": rules.code(secret_of(election), key.casefold())}


def account_of(election: Election, code: str) -> Behind | None:
    """Who stands behind a code: found by making the code of every account in the corpus."""
    code, secret = code.strip().upper().split(" ")[-1], secret_of(election)
    found = Corpus(Home.here().corpus).rows(
        """SELECT platform, account_key, account_handle, any_value(account_name) AS name FROM observations
        WHERE election = $slug GROUP BY platform, account_key, account_handle""",
        {"slug": election.slug},
    )
    for row in found:
        known_by = rules.identity(row["platform"], row["account_key"], row["account_handle"], row["name"])
        if known_by and rules.code(secret, known_by) == code:
            return Behind(known_by, code, row["name"] or row["account_handle"] or row["account_key"])
    return None


def lifted_names(election: Election) -> list[LiftedName]:
    return list(LiftedName.objects.filter(election=election).order_by("-id"))
