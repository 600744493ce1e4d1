"""What an erasure is about, as people name it, and what it did, in lines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from besa.base.errors import BadInput, NotFound
from besa.collect.names.queries import account_of
from besa.evidence.models import Exhibit
from besa.pledge.models import Election
from besa.retention.models import Erasure
from besa.retention.queries.holding import exists
from besa.triage.models import DocketItem


def subject_of(election: Election, what: str, key: str) -> dict:
    """The subject of a request. An account goes by its key or its code. Raises BadInput, NotFound."""
    key = key.strip()
    if not key:
        raise BadInput(_("Which one?"))
    if what == "exhibit":
        key = key.upper().removeprefix("E-")
        if not key.isdigit() or not Exhibit.objects.filter(item__election=election, pk=key).exists():
            raise NotFound(_("There is no such piece of evidence."))
        return {"exhibits": [int(key)]}
    if what == "post":
        if key.isdigit() and (item := DocketItem.objects.filter(election=election, pk=key).first()):
            key = item.post_key
        elif not exists(election, "post", key):
            raise NotFound(_("There is nothing of this here."))
        return {"posts": [key]}
    if ":" in key:
        return {"accounts": [key.casefold()]}
    behind = account_of(election, key)
    if behind is None:
        raise NotFound(_("No account has this code in this election."))
    return {"accounts": [behind.known_by]}


def erasures(election: Election) -> list[dict]:
    return [
        {
            "erasure": row.erasure_id, "what": row.what, "ground": row.ground, "asked_at": row.asked_at.isoformat(),
            "by": row.by, "state": row.state, "reason": row.reason, **row.counts,
        }
        for row in Erasure.objects.filter(election=election)
    ]  # fmt: skip


def lines_of(row: Erasure, *, dry: bool) -> list[str]:
    """For the command line, in English as all its words."""
    counted = ", ".join(f"{name} {n:,}" for name, n in row.counts.items())
    if not counted:
        lines = ["Nothing of it is kept here." if dry else "Erased: nothing."]
    else:
        lines = [f"Would erase: {counted}. Add --yes and --reason to do it." if dry else f"Erased: {counted}."]
    lines += [f"Stays: {one['what']} (held: {one['reason']})" for one in row.held]
    if editions := row.left.get("editions"):
        numbers = ", ".join(str(one["number"]) for one in editions)
        lines.append(f"Published in edition {numbers}: publish a new edition that says what changed.")
    if row.left.get("handed_over"):
        lines.append(f"Handed over to: {', '.join(row.left['handed_over'])}. Tell them.")
    if entries := row.left.get("ledger"):
        lines.append(f"Named in the reasons of ledger entries {', '.join(map(str, entries))}, which cannot be changed.")
    if not dry and row.state != "done":
        lines.append("Somebody else uses the database; the belt finishes its clean-up.")
    return lines
