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
from besa.coding.queries.pace import hours_spent, measured
from besa.coding.queries.precision import precision
from besa.coding.queries.reliability import differing, reliability, training
from besa.coding.queries.reviews import Changed, changed_identities, in_doubt
from besa.coding.queries.samples import control, duty, missed_in, progress
from besa.coding.queries.waiting import (
    awaits,
    backlog,
    due,
    effort,
    finished,
    held,
    pending,
    reads,
    screened_urgent,
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
    "control",
    "copies_of",
    "differing",
    "due",
    "duty",
    "effort",
    "examples",
    "find_actors",
    "finding_named",
    "findings",
    "finished",
    "held",
    "hours_spent",
    "identity_answer",
    "in_alpha_share",
    "in_doubt",
    "measured",
    "missed_in",
    "obstacle",
    "pending",
    "precision",
    "progress",
    "reads",
    "record_of",
    "reliability",
    "screened_urgent",
    "standing",
    "targets_of",
    "training",
    "unread_languages",
    "visible_to",
    "yields",
]
