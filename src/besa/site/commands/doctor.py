"""`besa doctor`: what is missing or wrong on this machine, and how to mend it."""

from __future__ import annotations

import platform


def arguments(parser) -> None:
    """No options of its own."""


def run(arguments, out) -> int:
    from besa.base.home import Home
    from besa.site.doctor import examine

    home = Home.here()
    found = examine(home)
    problems = [{"what": finding.what, "how": finding.how} for finding in found if not finding.note]
    notes = [{"what": finding.what, "how": finding.how} for finding in found if finding.note]

    def tell() -> None:
        for problem in problems:
            out.say(f"✗ {problem['what']}\n  {problem['how']}")
        for note in notes:
            out.say(f"· {note['what']} {note['how']}")
        out.say(f"{len(problems)} problems." if problems else f"All is well in {home.root}.")

    document = {
        "ok": not problems,
        "home": str(home.root),
        "python": platform.python_version(),
        "problems": problems,
        "notes": notes,
    }
    out.result(document, tell)
    return 1 if problems else 0
