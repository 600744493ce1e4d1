"""What was erased stays erased: after an older backup was restored, and when a delivery brings it once more."""

from __future__ import annotations

from pathlib import Path

from besa.base.home import Home
from besa.collect.models import Capture
from besa.corpus import Corpus
from besa.evidence.models import Exhibit
from besa.people import policy
from besa.people.policy import BELT
from besa.pledge.models import Election
from besa.retention import rules
from besa.retention.actions import files
from besa.retention.actions.erasing import drafted, finish, written
from besa.retention.keys import secret
from besa.retention.models import REQUESTS, Erasure
from besa.retention.queries.finding import authors
from besa.triage.models import DocketItem

#: The version of the corpus in which this process last looked for what had been erased.
_seen: dict[str, int] = {}


def erase_again(*, by=BELT, list_file: Path | None = None) -> int:
    """Do the erasures of a list (default: the home's own) that this home knows nothing of; how many did anything.

    Files go by their hashes, posts and accounts by their marks, kinds of records by their rule.
    """
    done = 0
    known = set(Erasure.objects.values_list("erasure_id", flat=True))
    elections = {row.slug: row for row in Election.objects.all()}
    for line in files.read_lines(list_file or Home.here().erasures):
        election = elections.get(line["election"])
        if line["erasure"] in known or election is None:
            continue
        policy.check(by, "erasure.finish", election.slug)
        done += _again(by, election, line)
    return done


def keep_erased(*, by=BELT, election: Election) -> int:
    """Posts and accounts that were erased on request and came in again; how many erasures had to be done again."""
    policy.check(by, "erasure.finish", election.slug)
    corpus = Corpus(Home.here().corpus)
    version = corpus.version()
    rows = Erasure.objects.filter(election=election, what__in=("post", "account")).exclude(state="intent")
    if not rows.exists() or _seen.get(str(corpus.root)) == version:
        return 0
    lines = [
        {"what": row.what, "ground": row.ground, "reason": row.reason, "marks": row.marks, "erasure": ""}
        for row in rows
    ]
    done = sum(_again(by, election, line) for line in lines)
    _seen[str(corpus.root)] = corpus.version()
    return done


def _again(by, election: Election, line: dict) -> int:
    marks = line["marks"]
    subject = _found(marks) if line["what"] in REQUESTS else {}
    exhibits = Exhibit.objects.filter(sha256__in=marks.get("files", []), erased_at=None)
    if line["what"] == "exhibit":
        subject = {"exhibits": list(exhibits.values_list("pk", flat=True))}
    if line["what"] in REQUESTS and not any(subject.values()):
        return 0
    row, _plan = drafted(
        by=by, election=election, what=line["what"], ground=line["ground"], subject=subject, reason=line["reason"]
    )
    if not row.counts:
        return 0
    row.erasure_id = line["erasure"] or row.erasure_id
    finish(by=by, erasure=written(by=by, row=row, act="erasure.again"))
    return 1


def _found(marks: dict) -> dict[str, list[str]]:
    key = secret()
    wanted, known = set(marks.get("posts", [])), set(marks.get("accounts", []))
    found: dict[str, list[str]] = {"posts": [], "accounts": []}
    if wanted:
        rows = Corpus(Home.here().corpus).table("SELECT DISTINCT post_key FROM observations")
        posts = {one for one in rows["post_key"].to_pylist() if one}
        posts |= set(DocketItem.objects.values_list("post_key", flat=True))
        posts |= set(Capture.objects.values_list("post_key", flat=True))
        found["posts"] = sorted(one for one in posts if rules.mark(key, "post", one) in wanted)
    if known:
        everybody = set(authors().values())
        found["accounts"] = sorted(one for one in everybody if rules.mark(key, "account", one) in known)
    return found
