"""Reads of the coding room. Nothing here shows a coding to somebody who may still code the same post."""

from besa.coding.queries.agreement import agreement, in_alpha_share
from besa.coding.queries.copies import answers_for, copies_of, obstacle
from besa.coding.queries.examples import examples, yields
from besa.coding.queries.findings import FILTERS, finding_named, findings, targets_of
from besa.coding.queries.known import (
    active_codebook,
    actor_facts,
    actor_rows,
    actors_by_slug,
    clause_facts,
    clause_rows,
    find_actors,
    identity_answer,
    record_of,
)
from besa.coding.queries.reviews import Changed, changed_identities, in_doubt
from besa.coding.queries.waiting import (
    awaits,
    backlog,
    due,
    effort,
    held,
    pending,
    reads,
    standing,
    unread_languages,
    visible_to,
)

__all__ = [
    "FILTERS",
    "Changed",
    "active_codebook",
    "actor_facts",
    "actor_rows",
    "actors_by_slug",
    "agreement",
    "answers_for",
    "awaits",
    "backlog",
    "changed_identities",
    "clause_facts",
    "clause_rows",
    "copies_of",
    "due",
    "effort",
    "examples",
    "find_actors",
    "finding_named",
    "findings",
    "held",
    "identity_answer",
    "in_alpha_share",
    "in_doubt",
    "obstacle",
    "pending",
    "reads",
    "record_of",
    "standing",
    "targets_of",
    "unread_languages",
    "visible_to",
    "yields",
]
