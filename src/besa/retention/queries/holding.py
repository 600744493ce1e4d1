"""What must stay, whatever falls due or is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from besa.coding.models import Finding
from besa.collect.rules.names import identity
from besa.evidence.models import Exhibit
from besa.pledge.models import Election
from besa.reply.models import CaseFinding
from besa.retention.models import Hold
from besa.triage.models import DocketItem


@dataclass
class Held:
    """Post, docket item, account, exhibit -> the hold that keeps it."""

    posts: dict[str, Hold] = field(default_factory=dict)
    items: dict[int, Hold] = field(default_factory=dict)
    accounts: dict[str, Hold] = field(default_factory=dict)
    exhibits: dict[int, Hold] = field(default_factory=dict)

    def of_item(self, item: DocketItem) -> Hold | None:
        return self.items.get(item.pk) or self.of_post(
            item.post_key, item.platform, item.account_key, item.account_handle, item.account_name
        )

    def of_post(self, post_key: str, platform: str, key, handle, name) -> Hold | None:
        if hold := self.posts.get(post_key):
            return hold
        return self.accounts.get(identity(platform, key, handle, name)) if self.accounts else None


def holds(election: Election, *, lifted: bool = False) -> list[Hold]:
    return list(Hold.objects.filter(election=election, lifted_at__isnull=not lifted))


def held(election: Election | None = None) -> Held:
    """All that open holds keep; of every election where none is named."""
    rows = Hold.objects.filter(lifted_at=None)
    found = Held()
    for hold in rows.filter(election=election) if election else rows:
        if hold.kind == "post":
            found.posts[hold.key] = hold
        elif hold.kind == "account":
            found.accounts[hold.key.casefold()] = hold
        elif hold.kind == "exhibit":
            found.exhibits[int(hold.key)] = hold
            found.items |= dict.fromkeys(Exhibit.objects.filter(pk=hold.key).values_list("item_id", flat=True), hold)
        else:
            found.items |= dict.fromkeys(_items(hold), hold)
    for pk, post_key in DocketItem.objects.filter(pk__in=found.items).values_list("pk", "post_key"):
        found.posts[post_key] = found.items[pk]
    return found


def _items(hold: Hold) -> list[int]:
    findings = Finding.objects.filter(election=hold.election_id)
    if hold.kind == "case":
        case = CaseFinding.objects.filter(case__election=hold.election_id, case__number=hold.key)
        findings = findings.filter(pk__in=case.values("finding"))
    else:
        findings = findings.filter(number=hold.key)
    return list(findings.values_list("adjudication__item", flat=True))


def exists(election: Election, kind: str, key: str) -> bool:
    """Whether there is such a thing to hold; posts and accounts may also stand in the corpus alone."""
    if kind == "case":
        return key.isdigit() and CaseFinding.objects.filter(case__election=election, case__number=key).exists()
    if kind == "finding":
        return Finding.objects.filter(election=election, number=key).exists()
    if kind == "exhibit":
        return key.isdigit() and Exhibit.objects.filter(item__election=election, pk=key).exists()
    # large and small letters tell two posts apart, as many a platform does; accounts are held without regard to them
    column, look = ("post_key", "exact") if kind == "post" else ("account_key", "iexact")
    if DocketItem.objects.filter(Q(**{f"{column}__{look}": key}), election=election).exists():
        return True
    from besa.base.home import Home
    from besa.corpus import Corpus

    same = f"{column} = $key" if look == "exact" else f"lower({column}) = lower($key)"
    sought = f"SELECT 1 AS one FROM observations WHERE {same} LIMIT 1"  # noqa: S608 - our own names
    return bool(Corpus(Home.here().corpus).rows(sought, {"key": key}))
