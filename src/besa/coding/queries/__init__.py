"""Reads of the coding room. Nothing here shows a coding to somebody who may still code the same post."""

from besa.coding.queries.agreement import agreement, in_alpha_share
from besa.coding.queries.around import Around, around, facts_of, speaker_of
from besa.coding.queries.book import Recode, changes_since, recode, version_of, versions
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
from besa.coding.queries.ties import Ties, circles, holds, tied, ties_of
from besa.coding.queries.waiting import (
    all_held,
    awaits,
    backlog,
    built_on,
    due,
    effort,
    finished,
    held,
    pending,
    questions,
    reads,
    screened_urgent,
    standing,
    unread_languages,
    visible_to,
)

__all__ = [
    "FILTERS",
    "Around",
    "Changed",
    "Recode",
    "Ties",
    "active_codebook",
    "actor_facts",
    "actor_rows",
    "actors_by_slug",
    "agreement",
    "all_held",
    "answers_for",
    "around",
    "awaits",
    "backlog",
    "built_on",
    "changed_identities",
    "changes_since",
    "circles",
    "clause_facts",
    "clause_rows",
    "control",
    "copies_of",
    "differing",
    "due",
    "duty",
    "effort",
    "examples",
    "facts_of",
    "find_actors",
    "finding_named",
    "findings",
    "finished",
    "held",
    "holds",
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
    "questions",
    "reads",
    "recode",
    "record_of",
    "reliability",
    "screened_urgent",
    "speaker_of",
    "standing",
    "targets_of",
    "tied",
    "ties_of",
    "training",
    "unread_languages",
    "version_of",
    "versions",
    "visible_to",
    "yields",
]
