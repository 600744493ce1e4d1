"""`besa model train|list|show|promote`: the model that learns from what was decided."""

from __future__ import annotations

from besa.base.errors import BadInput


def arguments(parser) -> None:
    parser.add_argument("verb", choices=["train", "list", "show", "promote"])
    parser.add_argument("version", nargs="?", default="", help="of the model to show or promote, such as m3")
    parser.add_argument("--from", dest="file", metavar="FILE.csv", help="train: also learn from these labelled texts")
    parser.add_argument("--text", default="", metavar="COLUMN", help="the column of the texts")
    parser.add_argument("--label", default="", metavar="COLUMN", help="the column of the labels")
    parser.add_argument("--concern", default="hate", help="what the labels of the file speak of (default hate)")
    parser.add_argument("--lang", default="und", help="the language of the file's texts")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments, out) -> int:
    from besa.site.start import election_of, start, user_of

    start()
    from besa.triage import actions
    from besa.triage.learning import standing

    election = election_of(arguments)
    if arguments.verb == "list":
        rows = [summary(row) for row in standing.trained(election)]
        out.result(rows, lambda: _list(out, rows))
        return 0
    if arguments.verb == "train":
        from besa.site.learning import examples_for

        handed, source = examples_for(
            election, arguments.file, text=arguments.text, label=arguments.label, concern=arguments.concern,
            language=arguments.lang,
        )  # fmt: skip
        row = actions.train(
            by=user_of(arguments), election=election, examples=handed, source=source, seed=arguments.seed
        )
    elif not arguments.version:
        raise BadInput(f"`besa model {arguments.verb}` needs a version.", remedy="`besa model list` shows them.")
    elif arguments.verb == "promote":
        row = actions.promote(by=user_of(arguments), election=election, version=arguments.version)
    else:
        row = standing.named(election, arguments.version)
    document = {**summary(row), "card": row.card}
    out.result(document, lambda: _show(out, document))
    return 0


def summary(row) -> dict:
    from besa.triage.learning.standing import obstacles

    test = row.card.get("test") or {}
    return {
        "version": row.version, "state": row.state, "trained_at": row.trained_at.isoformat(),
        "examples": row.examples, "sha256": row.sha256, "quality": test.get("quality"), "before": test.get("before"),
        "tested": test.get("n", 0), "obstacles": obstacles(row),
    }  # fmt: skip


def _list(out, rows: list[dict]) -> None:
    if not rows:
        out.say("No model yet. `besa model train` learns one from what was decided.")
        return
    names = ("version", "state", "trained_at", "examples", "tested", "quality", "before")
    out.table("Models", names, [[row[name] for name in names] for row in rows])


def _show(out, document: dict) -> None:
    from besa.triage.learning.wording import OBSTACLES

    _list(out, [document])
    figures = document["card"]["cross_validated"]
    out.table(
        "Learned (texts it did not learn from)",
        ["concern", "n", "positives", "macro-F1", "AUC"],
        [[name, told["n"], told["positives"], told["macro_f1"], told["roc_auc"]] for name, told in figures.items()],
    )
    for name in document["obstacles"]:
        out.say(str(OBSTACLES[name]))
