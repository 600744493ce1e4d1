"""Everything that there is about posts, an account or one piece of evidence, in all stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from django.db.models import Q

from besa.base.home import Home
from besa.coding.models import Finding
from besa.collect.models import Capture, CapturedFile, Import, Tip
from besa.collect.names.queries import secret_of
from besa.collect.rules import names
from besa.corpus import Corpus
from besa.evidence.models import Exhibit
from besa.ledger.models import Entry
from besa.pledge.models import Account, Election
from besa.reply.models import CaseFinding, Dossier
from besa.retention import rules
from besa.retention.keys import secret
from besa.retention.models import Erasure
from besa.retention.queries.due import posts_due
from besa.retention.queries.holding import Held, held
from besa.retention.queries.published import affected
from besa.triage.models import DocketItem
from besa.vault import Vault

_AUTHOR = ("platform", "account_key", "account_handle", "account_name")


@dataclass
class Plan:
    """What one erasure takes: keys of posts, primary keys of rows, hashes of files, names that are covered."""

    posts: set[str] = field(default_factory=set)
    items: list[int] = field(default_factory=list)
    exhibits: list[int] = field(default_factory=list)
    captures: list[int] = field(default_factory=list)
    tips: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    held: list[dict] = field(default_factory=list)
    held_posts: set[str] = field(default_factory=set)
    left: dict = field(default_factory=dict)

    def people(self) -> list[str]:
        return [name for name, instead in self.names.items() if not instead.startswith(rules.PREFIX)]

    def counts(self) -> dict[str, int]:
        told = {
            "posts": len(self.posts), "docketed": len(self.items), "evidence": len(self.exhibits),
            "captures": len(self.captures), "tips": len(self.tips), "contacts": len(self.contacts),
            "files": len(self.files),
        }  # fmt: skip
        return {name: n for name, n in told.items() if n}


def plan(erasure: Erasure) -> Plan:
    """What is there now of what an erasure seeks, without what a hold keeps. Finds the same again after a crash."""
    found, keeping = Plan(), held()
    what, election = erasure.what, erasure.election
    if what == "exhibit":
        _exhibits(found, Exhibit.objects.filter(pk__in=erasure.subject.get("exhibits", [])), keeping)
    elif what == "exhibits":
        kept = Exhibit.objects.filter(item__election=election, erased_at=None)
        _exhibits(found, kept.filter(item__in=_with_finding(election)), keeping)
    elif what in ("tips", "tip_contacts"):
        _tips(found, Tip.objects.filter(election=election), keeping, contacts_only=what == "tip_contacts")
    elif what == "private_posts":
        _posts(found, posts_due(election), keeping)
    elif what == "non_findings":
        items = DocketItem.objects.filter(election=election).exclude(post_key__startswith=rules.PREFIX)
        _posts(found, items.exclude(pk__in=_with_finding(election)).values_list("post_key", flat=True), keeping)
    elif what in ("post", "account"):
        wanted = set(erasure.subject.get("posts", []))
        known = set(erasure.subject.get("accounts", []))
        if known:
            posts, found.names = _of_accounts(election, known)
            wanted |= posts
            _watched(found, known)
        _posts(found, wanted, keeping)
        _name_posts(found)
        found.names |= erasure.subject.get("names", {})
        found.texts += erasure.subject.get("texts", [])
    found.left = _left(found, asked=what in ("post", "account"))
    return found


def parts(values: list, size: int = 5_000) -> Iterator[list]:
    """A database takes only so many values in one question."""
    for at in range(0, len(values), size):
        yield values[at : at + size]


def _with_finding(election: Election):
    return Finding.objects.filter(election=election).values("adjudication__item")


def _posts(found: Plan, post_keys: Iterable[str], keeping: Held) -> None:
    wanted = set(post_keys)
    rows = DocketItem.objects.filter(post_key__in=wanted) if len(wanted) < 500 else DocketItem.objects.all()
    for item in rows.iterator():
        if item.post_key not in wanted:
            continue
        if hold := keeping.of_item(item):
            _keep(found, f"{item.platform}, {item.week}", hold)
            found.held_posts.add(item.post_key)
        else:
            found.items.append(item.pk)
            found.texts += [text for text in (item.title, item.text) if text]
    for post_key in wanted & keeping.posts.keys() - found.held_posts:
        _keep(found, post_key, keeping.posts[post_key])
        found.held_posts.add(post_key)
    if keeping.accounts:
        for row in _corpus_rows("post_key", wanted - found.held_posts, ("post_key", *_AUTHOR)):
            if hold := keeping.of_post(*row.values()):
                _keep(found, row["platform"], hold)
                found.held_posts.add(row["post_key"])
    found.posts = wanted - found.held_posts
    for row in Capture.objects.exclude(post_key__startswith=rules.PREFIX).only("pk", "post_key", "text", "title"):
        if row.post_key in found.posts:
            found.captures.append(row.pk)
            found.texts += [text for text in (row.title, row.text) if text]
    for part in parts(found.items):
        _exhibits(found, Exhibit.objects.filter(item__in=part, erased_at=None), keeping)
        cases = CaseFinding.objects.filter(finding__adjudication__item__in=part).values("case")
        found.files |= set(Dossier.objects.filter(case__in=cases).values_list("sha256", flat=True))
    _tips(found, [tip for tip in Tip.objects.exclude(post_key="") if tip.post_key in found.posts], keeping)
    for part in parts(found.captures):
        found.files |= set(CapturedFile.objects.filter(capture__in=part).values_list("sha256", flat=True))
    found.files |= _originals(found.posts)
    found.files = _ours(found)


def _keep(found: Plan, what: str, hold) -> None:
    found.held.append({"what": what, "hold": hold.pk, "kind": hold.kind, "reason": hold.reason})


def _exhibits(found: Plan, rows, keeping: Held) -> None:
    for exhibit in rows:
        hold = keeping.exhibits.get(exhibit.pk) or keeping.items.get(exhibit.item_id)
        hold = hold or (keeping.of_item(exhibit.item) if keeping.accounts or keeping.posts else None)
        if hold:
            _keep(found, f"{exhibit.kind} {exhibit.pk}", hold)
        else:
            found.exhibits.append(exhibit.pk)
            found.files.add(exhibit.sha256)
    found.files = _ours(found)


def _tips(found: Plan, rows, keeping: Held, *, contacts_only: bool = False) -> None:
    from besa.collect.models import TipContact

    kept = [tip for tip in rows if tip.post_key not in keeping.posts]
    pks = [tip.pk for tip in kept]
    found.contacts += TipContact.objects.filter(tip__in=pks).values_list("pk", flat=True)
    if contacts_only:
        return
    for tip in kept:
        if tip.link or tip.note or tip.picture_sha256 or tip.post_key:
            found.tips.append(tip.pk)
            found.files |= {name for name in (tip.picture_sha256, tip.copy_sha256) if name}
    found.files = _ours(found)


def _ours(found: Plan) -> set[str]:
    """The files that nothing which stays speaks of."""
    own, own_tips = set(found.exhibits), set(found.tips)
    others: set[str] = set()
    for part in parts(list(found.files)):
        exhibits = Exhibit.objects.filter(sha256__in=part, erased_at=None).values_list("pk", "sha256")
        others |= {sha256 for pk, sha256 in exhibits if pk not in own}
        tips = Tip.objects.filter(Q(picture_sha256__in=part) | Q(copy_sha256__in=part))
        for pk, *names_ in tips.values_list("pk", "picture_sha256", "copy_sha256"):
            others |= set(names_) if pk not in own_tips else set()
    return found.files - others


def _originals(post_keys: set[str]) -> set[str]:
    """Delivered files that brought one of these posts; they hold many rows and go as a whole, as each row's raw record
    stands in the corpus."""
    imports = {row["import_id"] for row in _corpus_rows("post_key", post_keys, ("import_id",))}
    vault = Vault(Home.here().vault)
    rows = Import.objects.exclude(file_sha256="").values_list("import_id", "file_sha256")
    return {sha256 for import_id, sha256 in rows if import_id in imports and vault.has(sha256)}


def _corpus_rows(column: str, values: Iterable[str], columns: Iterable[str]) -> list[dict]:
    values = list(values)
    if not values:
        return []
    con = Corpus(Home.here().corpus).connect()
    try:
        con.register("wanted", pa.table({"value": pa.array(values, pa.string())}))
        return (
            con.sql(
                f"SELECT DISTINCT {', '.join(columns)} FROM observations "  # noqa: S608 - our own names
                f"WHERE {column} IN (SELECT value FROM wanted)"
            )
            .to_arrow_table()
            .to_pylist()
        )
    finally:
        con.close()


def authors() -> dict[tuple, str]:
    """(platform, key, handle, name) of every author in corpus and casework -> what the account is known by."""
    rows = Corpus(Home.here().corpus).rows(f"SELECT DISTINCT {', '.join(_AUTHOR)} FROM observations")  # noqa: S608
    found = {tuple(row.values()) for row in rows}
    found |= set(DocketItem.objects.values_list(*_AUTHOR).distinct())
    return {who: known for who in found if (known := names.identity(*who))}


def _of_accounts(election: Election, known: set[str]) -> tuple[set[str], dict[str, str]]:
    """Posts of these accounts, under any spelling in which we have them, and the names to cover."""
    everybody = authors()
    own = {who for who, known_by in everybody.items() if known_by in known}
    handles = {(who[0], who[2].lstrip("@").casefold()) for who in own if who[2]}
    handles |= {tuple(one.split(":@", 1)) for one in known if ":@" in one}
    own |= {who for who in everybody if who[2] and (who[0], who[2].lstrip("@").casefold()) in handles}
    keys = {who[1] for who in own if who[1]}
    posts = {row["post_key"] for row in _corpus_rows("account_key", keys, ("post_key",))}
    said = Corpus(Home.here().corpus)
    for platform, _key, handle, name in own:
        if not _key:
            rows = said.rows(
                "SELECT DISTINCT post_key FROM observations WHERE account_key IS NULL AND platform = $platform "
                "AND coalesce(account_handle, '') = $handle AND coalesce(account_name, '') = $name",
                {"platform": platform, "handle": handle or "", "name": name or ""},
            )
            posts |= {row["post_key"] for row in rows}
    mine = Q(account_key__in=keys)
    for platform, handle in handles:
        mine |= Q(platform=platform, account_handle__iexact=handle) | Q(
            platform=platform, account_handle__iexact=f"@{handle}"
        )
    posts |= set(DocketItem.objects.filter(mine).values_list("post_key", flat=True))
    captured = Q()
    for platform, handle in handles:
        captured |= Q(platform=platform, account_handle__iexact=handle)
    if handles:
        posts |= set(Capture.objects.filter(captured).values_list("post_key", flat=True))
    code = "account-" + names.code(secret_of(election), min(known))
    spelled = {part for who in own for part in [*(who[2] or "").lstrip("@").split(), who[3] or ""] if part}
    spelled |= {key.partition(":")[2].lstrip("@") for key in keys | known}
    return posts, {word: code for word in spelled if rules.telling(word)}


def _watched(found: Plan, known: set[str]) -> None:
    for account in Account.objects.all():
        if names.identity(account.platform, account.key, account.handle, account.name) in known:
            found.accounts.append(account.pk)


def _name_posts(found: Plan) -> None:
    """Numbers of the posts themselves, which stand in the records of comments and shares."""
    key = secret()
    for post_key in found.posts:
        native = post_key.partition(":")[2]
        if rules.telling(native) and not native.startswith("~"):
            found.names[native] = rules.pseudonym(key, post_key)


def _left(found: Plan, *, asked: bool) -> dict:
    """What no erasure reaches, and people have to see to."""
    numbers: set[str] = set()
    recipients: set[str] = set()
    for part in parts(found.items):
        findings = Finding.objects.filter(adjudication__item__in=part)
        numbers |= set(findings.values_list("number", flat=True))
        cases = CaseFinding.objects.filter(finding__in=findings).values("case")
        recipients |= set(Dossier.objects.filter(case__in=cases).values_list("recipient", flat=True))
    told = affected(numbers) if numbers else {}
    if recipients:
        told["handed_over"] = sorted(recipients)
    if asked and found.names:
        cover = rules.Cover(found.names)
        reasons = Entry.objects.exclude(reason="").values_list("seq", "reason")
        if entries := [seq for seq, reason in reasons if cover(reason) != reason]:
            told["ledger"] = entries
    return told
