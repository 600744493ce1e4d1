"""This room's slice of an election pack: lexicon/<language>.csv -> Term."""

from __future__ import annotations

from collections.abc import Collection

from besa.base import clock
from besa.base.languages import POST
from besa.base.packfile import Pack, once
from besa.base.words import Concern
from besa.pledge.models import Election
from besa.pledge.pack import Merge
from besa.triage.detectors.lexicon.forms import shape
from besa.triage.models import Term

COLUMNS = ("term", "match", "concern", "clause", "strength", "note", "counter_examples")


def read(pack: Pack, *, clauses: Collection[str], post_languages: Collection[str]) -> list[dict]:
    """The terms of all lexicons; clauses named must be in the Code."""
    terms: list[dict] = []
    for language in POST:
        name = f"lexicon/{language}.csv"
        if not (pack.root / name).is_file():
            continue
        if language not in post_languages:
            pack.fault(name, f"“{language}” is not among the post languages.", "Add it to post_languages.")
        rows = [
            ((row.take_text("term", required=True, most=120), row.take_word("concern", Concern, required=True)), row)
            for row in pack.csv(name, COLUMNS)
        ]
        for (term, concern), row in once(rows, "term"):
            if term and shape(term, "word", language) is None:
                row.fault("term", f"the term “{term}” has no letter or figure.", "Write the word.")
            clause = row.take_text("clause", most=40)
            if clause and clause not in clauses and "code.toml" not in pack.broken:
                row.fault("clause", f"the clause “{clause}” is not in code.toml.", "Correct it, or leave it empty.")
            terms.append(
                {
                    "language": language,
                    "term": term,
                    "concern": concern,
                    "match": row.take_word("match", ("word", "stem", "phrase"), default="word"),
                    "clause": clause,
                    "strength": row.take_number("strength", default=0.5, least=0, most=1),
                    "note": row.take_text("note"),
                    "counter_examples": row.take_list("counter_examples"),
                }
            )
            row.done()
    covered = {term["language"] for term in terms}
    if bare := [language for language in post_languages if language not in covered and language != "und"]:
        pack.warnings.append(
            f"lexicon/: no terms for {', '.join(bare)}; posts in these languages reach people by other ways only."
        )
    return terms


def write(terms: list[dict], merge: Merge, election: Election) -> None:
    """Bring the lexicon to what the pack says. A term that is no longer in the pack is retired, not deleted, unless
    somebody wrote it at the desk: then it stays."""
    existing = {(row.language, row.term, row.concern): row for row in Term.objects.filter(election=election)}
    wanted = {
        (row["language"], row["term"], row["concern"]): {"election": election, "retired_at": None, **row}
        for row in terms
    }
    merge.bring(Term, existing, wanted, what="Term")
    merge.retire(Term, existing, wanted, {"retired_at": clock.now()}, what="Term")
