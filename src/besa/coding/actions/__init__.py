"""Every write of the coding room."""

from besa.coding.actions.care import flag_distress, see_distress, set_care
from besa.coding.actions.codebook import load_codebook
from besa.coding.actions.coding import answer_question, ask, save_draft, settle, submit, undo_coding
from besa.coding.actions.deciding import adjudicate, extend, review_finding
from besa.coding.actions.screening import screen, undo_screening
from besa.coding.actions.shared import Faulty
from besa.coding.actions.taking import next_item, release, release_all, take_batch
from besa.coding.actions.ties import declare_tie, end_tie, prefer, recuse

__all__ = [
    "Faulty",
    "adjudicate",
    "answer_question",
    "ask",
    "declare_tie",
    "end_tie",
    "extend",
    "flag_distress",
    "load_codebook",
    "next_item",
    "prefer",
    "recuse",
    "release",
    "release_all",
    "review_finding",
    "save_draft",
    "screen",
    "see_distress",
    "set_care",
    "settle",
    "submit",
    "take_batch",
    "undo_coding",
    "undo_screening",
]  # fmt: skip
