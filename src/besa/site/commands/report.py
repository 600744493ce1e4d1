"""`besa report`: freeze a week (or the whole election) and make its report as files."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("kind", choices=["weekly", "final"])
    parser.add_argument("--week", metavar="YYYY-Www", default="", help="the week of a weekly report")
    parser.add_argument("--lang", metavar="L,…", default="", help="languages (default: those of the election)")
    parser.add_argument("--format", metavar="F,…", default="html,pdf,docx", help="html, pdf, docx, xlsx")
    parser.add_argument("--out", metavar="DIR", default="", help="where the files go (default: reports/ in the home)")


def run(arguments, out) -> int:
    import time

    from besa.base.errors import BadInput
    from besa.base.languages import INTERFACE
    from besa.site.start import election_of, start, user_of

    home = start()
    from besa.report import actions
    from besa.report.render import renderer

    begun = time.monotonic()
    election, by = election_of(arguments), user_of(arguments)
    if arguments.kind == "weekly" and not arguments.week:
        raise BadInput("Which week?", remedy="Add --week, for example --week 2027-W37.")
    wanted = [part.strip() for part in arguments.lang.split(",") if part.strip()]
    tags = wanted or [tag for tag in election.languages if tag in INTERFACE]
    formats = [part.strip() for part in arguments.format.split(",") if part.strip()]
    for tag in tags:
        if tag not in INTERFACE:
            raise BadInput(f"“{tag}” is not a language of the report.", remedy=f"Use: {', '.join(INTERFACE)}.")
    for name in formats:
        renderer(name)
    freeze = actions.freeze(by=by, election=election, week=arguments.week, kind=arguments.kind)
    files: list[Path] = []
    with out.progress("Writing the report", len(tags) * len(formats)) as advance:
        for tag in tags:
            files += actions.render(freeze, [tag], formats, Path(arguments.out or home.root / "reports"))
            advance(len(formats))
    document = {
        "files": [str(file) for file in files],
        "freeze": freeze.name,
        "seconds": round(time.monotonic() - begun, 2),
    }
    out.result(document, f"Freeze {freeze.name[:16]}\n" + "\n".join(str(file) for file in files))
    return 0
