"""Reference pages that are made from the code, so that they cannot disagree with it.

python tools/docs.py write | check
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
LANGUAGES = {"sq": "Shqip", "sr-latn": "Srpski (latinica)", "sr": "Српски (ћирилица)"}


def commands() -> str:
    """Every command with its options, as its own `--help` prints them."""
    from besa.site.cli import COMMANDS, parser_for

    os.environ["COLUMNS"] = "100"
    parts = [
        "# Commands",
        "",
        "Made from the code by `make docs`. All commands take `--home`, `--election`, `--as` and `--json`.",
        "Exit code 0: done; 1: a check failed; 2: wrong use or input that cannot be read.",
        "",
    ]
    for name in COMMANDS:
        parts += [f"## besa {name}", "", "```", parser_for(name).format_help().rstrip(), "```", ""]
    return "\n".join(parts)


def words() -> str:
    """Every word of the method in every language that is published in."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "besa.site.settings")
    django.setup()
    from django.utils.translation import gettext, override

    from besa.base.words import LABELS

    parts = ["# The words of the method", "", "Made from `base/words/` and the catalogues by `make docs`.", ""]
    for kind, labels in LABELS.items():
        parts += [
            f"## {kind.__name__}",
            "",
            f"| value | English | {' | '.join(LANGUAGES.values())} |",
            "|---|---|---|---|---|",
        ]
        for value, label in labels.items():
            cells = []
            for code in LANGUAGES:
                with override(code):
                    cells.append(gettext(label))
            parts.append(f"| `{value}` | {label} | {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


_MARKS = ("<!-- made from the manifests by `make docs`: begin -->", "<!-- end -->")


def formats() -> str:
    """The page on formats, with what each connector's manifest says between the two marks."""
    from besa.collect.connectors import connectors, folder

    parts = []
    for manifest in (found.manifest for found in connectors() if found.name != "generic"):
        examples = sorted(path.name for path in (folder(manifest.name) / "examples").iterdir())
        rows = {
            "platforms": ", ".join(manifest.platforms),
            "obtained": manifest.obtained,
            "legal basis": manifest.legal_basis,
            "limits": " ".join(manifest.limits),
            "not available": ", ".join(manifest.not_available),
            "fields mapped": _names(manifest.mapped),
            "fields ignored": _names(manifest.ignored),
            "removed before storage": _names({*manifest.redact, *manifest.redact_parameters}),
            "examples": ", ".join(f"`{name}`" for name in examples),
        }
        parts += [
            f"### {manifest.title}",
            "",
            f"`{manifest.name}`, version {manifest.version}",
            "",
            "| | |",
            "|---|---|",
        ]
        parts += [f"| {name} | {text or 'nothing'} |" for name, text in rows.items()]
        parts.append("")
    before, rest = (PAGES / "formats.md").read_text("utf-8").split(_MARKS[0])
    after = rest.split(_MARKS[1])[1]
    made = "\n".join(parts)
    return f"{before}{_MARKS[0]}\n\n{made}\n{_MARKS[1]}{after}"


def _names(names) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names, key=lambda name: (name.lower(), name)))


def pages() -> dict[Path, str]:
    return {PAGES / "formats.md": formats(), PAGES / "commands.md": commands(), PAGES / "words.md": words()}


def main() -> int:
    if sys.argv[1:] not in (["write"], ["check"]):
        sys.exit(__doc__)
    stale = 0
    for path, text in pages().items():
        if sys.argv[1] == "write":
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            print(f"{path.relative_to(ROOT)} is not what the code says: run `make docs`.", file=sys.stderr)
            stale += 1
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
