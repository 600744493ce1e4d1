"""`besa evaluate KIND FILE`: measure on your own labelled data."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from besa.base.errors import BadInput

#: What can be measured, and the options that it takes.
KINDS = {
    "language": ("text", "label", "languages"),
    "triage": ("text", "label", "train_path", "language", "seed"),
    "near-duplicates": ("text", "label", "threshold"),
    "names": ("text", "label", "register"),
}

NAMES = """names: FILE holds one sentence a row, as JSON lines {"text", "lang", "names": [{"id", "start", "end"}]}:
characters start to end-1 of the text. `ids` (or `candidates`) instead of `id`: the text leaves open which of them.
Without start and end, but with the words as written in `surface`, they are sought in the text; without either, who is
named in a sentence is compared, not where. CSV: columns text, lang, names; names as "id@0-14; id@20-25" or "id; id|id".
The register (--register FILE; CSV or JSON lines) has the columns id, name, kind (party, media ... else a person),
gender, party, area, office, language, nicknames (by |); further names in columns name_sq, name_en ...; actors.csv of
a pack fits. It may also stand in FILE: a row {"actors": [...]}, or {"actors": [...], "sentences": [...]} as a whole.
Without any register, those whom the annotation names (by id or name) are sought."""


def arguments(parser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = NAMES
    parser.add_argument("kind", choices=tuple(KINDS), help="what to measure")
    parser.add_argument("file", metavar="FILE", help="labelled rows: CSV, TSV or JSON lines, UTF-8")
    parser.add_argument("--text", default="", metavar="COLUMN", help="the column of texts (else found by usual names)")
    parser.add_argument(
        "--label", default="", metavar="COLUMN", help="the column of labels (else found by usual names)"
    )
    parser.add_argument(
        "--train", dest="train_path", type=Path, metavar="FILE", help="triage: learn from this file only"
    )
    parser.add_argument("--lang", dest="language", default="", metavar="CODE", help="triage: the language of the texts")
    parser.add_argument("--languages", default="", metavar="CODES", help="language: those of the election, by comma")
    parser.add_argument("--threshold", type=float, default=0.8, help="near-duplicates: least similarity (default 0.8)")
    parser.add_argument(
        "--register", type=Path, metavar="FILE", help="names: the persons, parties and groups to be found (actors.csv)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the figures for the desk's page of figures")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn by chance (default 0)")


def run(arguments, out) -> int:
    if not 0 < arguments.threshold <= 1:
        raise BadInput("--threshold takes more than 0, up to 1.")
    try:
        kind = importlib.import_module(f"besa.triage.evaluation.{arguments.kind.replace('-', '_')}")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("besa."):
            raise
        raise BadInput(f"This version does not measure {arguments.kind}.") from None
    options = {name: getattr(arguments, name) for name in KINDS[arguments.kind]}
    if "languages" in options:
        options["languages"] = tuple(filter(None, (code.strip() for code in options["languages"].split(","))))
    document = kind.evaluate(Path(arguments.file), **options)
    if arguments.keep:
        from besa.site.start import election_of, start, user_of

        start()
        from besa.triage.actions import keep_evaluation

        keep_evaluation(
            by=user_of(arguments), election=election_of(arguments), kind=arguments.kind, path=Path(arguments.file),
            figures=document, options=options,
        )  # fmt: skip

    def human() -> None:
        if hasattr(kind, "human"):
            kind.human(document, out)
        else:
            figures = {name: value for name, value in document.items() if not isinstance(value, dict | list)}
            out.table("", ["measure", "figure"], [[name, str(value)] for name, value in figures.items()])

    out.result(document, human)
    return 0
