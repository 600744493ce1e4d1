"""Erasing: the intent first, then files, corpus and casework, then the bytes that a database leaves behind.

Each step finds what is left of it, so a process that dies anywhere is taken up by the next one. The rows of casework
come after files and corpus: as long as they stand, everything can be found again.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base import clock, words
from besa.base.errors import BadInput, NotFound
from besa.base.home import Home
from besa.base.ids import new_id
from besa.corpus import Corpus
from besa.corpus.erasing import erase
from besa.corpus.index.keeping import Index
from besa.ledger.chain import record
from besa.people import policy
from besa.people.policy import BELT
from besa.pledge.models import Election
from besa.retention import rules
from besa.retention.actions import casework, files
from besa.retention.keys import secret
from besa.retention.models import REQUESTS, Erasure, Tombstone
from besa.retention.queries import due as falling
from besa.retention.queries.finding import Plan, plan
from besa.vault import Vault

#: So many names are sought one by one in every row of the corpus; of more, those of people only.
_FEW = 50
Advance = Callable[[int], None] | None


def order(
    *, by, election: Election, what: str, reason: str, ground: str = "period", subject: dict | None = None
) -> Erasure:
    """Write the intent of an erasure; `finish` does it. Raises BadInput, NotFound."""
    policy.check(by, "erasure.order" if what in REQUESTS else "retention.run", election.slug)
    if len(reason.strip()) < 10:
        raise BadInput(_("A reason is needed: it stands in the ledger."))
    row, found = drafted(by=by, election=election, what=what, ground=ground, subject=subject, reason=reason)
    if not row.counts and not (what in REQUESTS and found.held):
        raise NotFound(_("There is nothing of this here."))
    if found.names and rules.Cover(found.names, found.texts)(row.reason) != row.reason:
        raise BadInput(_("The reason names whom it is about; the ledger can never be changed."))
    return written(by=by, row=row, act="erasure.order")


def drafted(
    *, by, election: Election, what: str, ground: str = "period", subject: dict | None = None, reason: str = ""
) -> tuple[Erasure, Plan]:
    """The intent and its plan, not yet written: what it would take, and what would stay. Raises BadInput.

    `subject` of a request: {posts: […]}, {accounts: [what they are known by]} or {exhibits: [number]}.
    """
    if (what in REQUESTS) == (ground == "period"):
        raise BadInput(_("What is asked for needs the ground of a person or a court; the rest has its period."))
    row = Erasure(
        erasure_id=new_id("e"), election=election, ground=ground, what=what, subject=subject or {},
        reason=reason.strip(), by=by.username, asked_at=clock.now(),
    )  # fmt: skip
    found = plan(row)
    row.counts, row.held, row.left = found.counts() | _counted(row), found.held, found.left
    if what in REQUESTS:  # kept in the intent, so that a process that dies half-way loses none of it
        row.subject |= {"posts": sorted(found.posts | found.held_posts), "names": found.names, "texts": found.texts}
    return row, found


@transaction.atomic
def written(*, by, row: Erasure, act: str) -> Erasure:
    row.save()
    record(by=by, act=act, rows=[row], election=row.election.slug, reason=row.reason)
    return row


def _counted(row: Erasure) -> dict[str, int]:
    if row.what in ("work_times", "desk_log"):
        return {"rows": n} if (n := falling.count(row.election, row.what)) else {}
    return {}


def run_due(*, by=BELT, election: Election, advance: Advance = None) -> int:
    """What has fallen due under the rules that run by themselves; how many erasures."""
    policy.check(by, "retention.run", election.slug)
    done = 0
    for one in falling.due(election):
        if one.due and one.by_itself and drafted(by=by, election=election, what=one.kind)[0].counts:
            row = order(by=by, election=election, what=one.kind, reason=one.ground_words)
            finish(by=by, erasure=row, advance=advance)
            done += 1
    return done


def finish_pending(*, by=BELT, election: Election | None = None) -> int:
    """Bring to its end what a process left that died; how many."""
    rows = Erasure.objects.exclude(state="done").order_by("id")
    rows = list(rows.filter(election=election) if election else rows)
    for row in rows:
        finish(by=by, erasure=row)
    return len(rows)


def finish(*, by, erasure: Erasure, advance: Advance = None) -> Erasure:
    """Do what was ordered, from wherever it stands."""
    slug = erasure.election.slug
    policy.check(by, "erasure.finish", slug)
    if erasure.state == "intent":
        found = plan(erasure)
        cover = rules.Cover(found.names, found.texts if erasure.what in REQUESTS else ())
        told = files.search(found, cover) if erasure.what in REQUESTS else set()
        _files(erasure, found.files | told)
        _corpus(erasure, found, cover)
        if erasure.what in (*REQUESTS, "non_findings"):
            files.clear_loose(rules.Cover(found.names, found.texts))
        if erasure.what == "desk_log":
            files.clear_logs()
        casework.clear(by=by, erasure=erasure, found=found, cover=cover, advance=advance)
        _cleared(by, erasure, found)
    if erasure.state == "cleared":
        files.write_list()
        if files.scrub_database():
            with transaction.atomic():
                erasure.state, erasure.done_at = "done", clock.now()
                erasure.save()
                record(by=by, act="erasure.done", rows=[erasure], election=slug)
    return erasure


def _files(erasure: Erasure, sha256s: set[str]) -> None:
    vault, at = Vault(Home.here().vault), erasure.asked_at.isoformat()
    ground = words.label(words.ErasureGround, erasure.ground)
    for sha256 in sorted(sha256s):
        vault.erase(sha256, at=at, ground=ground, erasure=erasure.erasure_id)


def _corpus(erasure: Erasure, found: Plan, cover: rules.Cover) -> None:
    names = rules.Cover(found.names)  # what others said of it is theirs; only who it was is covered

    def change(row: dict) -> dict:
        return row if row["post_key"] in found.held_posts else names(row)

    if found.posts or names:
        corpus, posts = Corpus(Home.here().corpus), sorted(found.posts)
        gone = erase(
            corpus, posts,
            words=names.words if len(names.words) <= _FEW else found.people(), change=change if names else None,
        )  # fmt: skip
        index = Index(Home.here().index, corpus)
        if gone.covered:  # the words stand in posts that stay: the belt makes it anew
            index.drop()
        else:
            index.forget(posts)


@transaction.atomic
def _cleared(by, erasure: Erasure, found: Plan) -> None:
    """The subject goes, keyed hashes of it stay, and each erased file gets its stone."""
    key = secret()
    subject, now = erasure.subject, clock.now()
    known = set(Tombstone.objects.values_list("sha256", flat=True))
    notes = Vault(Home.here().vault).all_erased().items()
    stones = Tombstone.objects.bulk_create(
        [
            Tombstone(erasure=erasure, sha256=sha256, at=now)
            for sha256, whose in notes
            if whose == erasure.erasure_id and sha256 not in known
        ],
        batch_size=500,
    )
    erasure.marks = {
        "posts": sorted(rules.mark(key, "post", one) for one in subject.get("posts", [])),
        "accounts": sorted(rules.mark(key, "account", one) for one in subject.get("accounts", [])),
        "files": [stone.sha256 for stone in stones] if erasure.what in (*REQUESTS, "exhibits", "tips") else [],
    }
    erasure.subject, erasure.state = {}, "cleared"
    erasure.save()
    casework.forget_salts([erasure])
    record(by=by, act="erasure.cleared", rows=[erasure, *stones], election=erasure.election.slug, reason=erasure.reason)
