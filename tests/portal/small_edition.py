"""A small invented edition, written in the published format, with hostile texts in it."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from besa.base.ids import canonical_json
from besa.edition import format as f
from besa.edition import writer

LANGUAGES = ["sq", "sr-Latn", "sr-Cyrl", "en"]
HOSTILE = "<script>alert(1)</script> & “quoted” \u202eabc {{ settings.SECRET_KEY }}"

METHOD = (
    "## Limits\n\nA *text* with <b>html</b>, [a link](javascript:alert(1)).\n\n"
    "- one\n- two\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n"
)


def _texts(text: str) -> dict[str, str]:
    return {tag: f"{text} ({tag})" for tag in LANGUAGES}


def _table(name: str, title: str) -> f.Table:
    return f.Table(
        name=name, title=title, denominator="all confirmed findings of the week", unit="contents", overlap=True,
        period="2027-W37", phase="", route="watch_list", rounding="half to even, one decimal",
        columns=[f.Column("count", "Count", "count"), f.Column("percent", "Share", "percent")],
        rows=[{"key": "hate_speech", "label": "Hate speech", "count": 1234, "percent": 61.5},
              {"key": "other", "label": HOSTILE, "count": None, "percent": None}],
        total={"key": "total", "label": "All", "count": 1234, "percent": 100.0},
        notes=["Totals reconcile."],
    )  # fmt: skip


def _finding(number: int, **fields) -> f.Finding:
    base = {
        "number": f"V-{number:04}", "decision": "violation", "type": "hate_speech", "clause": "hate",
        "other_clauses": ["bullying"], "platform": "facebook", "language": "sq", "week": "2027-W37",
        "phase": "campaign", "attributed": True, "why_unattributed": "", "day": "2027-09-14", "area": "lumas",
        "source": "ana-pl", "source_class": "mayor_candidate", "party": "pl", "signatory_status": "signed",
        "targets": [f.Target("person", "mayor_candidate", "ph", "woman")], "excerpt": HOSTILE,
        "replies": [f.Reply("answer", f"We regret it. {HOSTILE}", "2027-09-16", True)],
        "remedies": [f.Remedy("removed", "2027-09-17")],
    }  # fmt: skip
    return f.Finding(**{**base, **fields})


def edition(findings: int = 3) -> f.Edition:
    unattributed = _finding(
        9000, attributed=False, why_unattributed="awaiting_reply", day=None, area=None, source=None, source_class=None,
        party=None, signatory_status=None, targets=[], excerpt="", replies=[], remedies=[],
    )  # fmt: skip
    return f.Edition(
        format=f.FORMAT,
        meta=f.Meta(
            election="demo", names=_texts("Local elections 2027"), country=_texts("Lumëria"), operator=_texts("Watch"),
            timezone="Europe/Belgrade", demo=True, kind="weekly", week="2027-W37", first="2027-09-13",
            last="2027-09-19", weeks=["2027-W36", "2027-W37"], languages=LANGUAGES,
            phases=[f.Phase("campaign", _texts("Campaign"), "2027-09-13", "2027-10-11")], freeze="f" * 64,
            corpus_version=3,
        ),
        labels={tag: {"findingtype": {"hate_speech": f"HATE {tag}"}} for tag in LANGUAGES},
        first_page={
            tag: [f.Stat("violations", "Confirmed violations", "1.234", "6 contents", "findings-by-type",
                         "hate_speech", "count")]
            for tag in LANGUAGES
        },
        code=f.Code(
            "1", _texts("Code of Conduct"), _texts("We pledge."), "ceremony", "c" * 64, "2027-09-01",
            [f.Principle("respect", _texts("Respect"), _texts("Be fair."))],
            [f.Clause("hate", "respect", _texts("No hate"), _texts("We do not hate."), ["party"], "prohibition", False),
             f.Clause("bullying", "respect", _texts("No bullying"), _texts("Nor bully."), ["party"], "prohibition",
                      True)],
        ),
        register=[
            f.Signatory("pl", _texts("Party of the Lake"), "party", "signed", [f.Span("ceremony", "2027-09-01", None)],
                        findings, 2),
            f.Signatory("ph", _texts("Party of the Hill"), "party", "withdrawn",
                        [f.Span("ceremony", "2027-09-01", "2027-09-18", HOSTILE)], 0, 1),
        ],
        actors={"pl": _texts("Party of the Lake"), "ph": _texts("Party of the Hill"), "ana-pl": _texts("Ana")},
        areas={"lumas": _texts("Lumas")},
        tables={
            tag: {name: _table(name, f"{title} {tag}") for name, title in
                  [("funnel", "From collected to published"), ("findings-by-type", "Findings by type")]}
            for tag in LANGUAGES
        },
        figures=[f.Figure("types", "findings-by-type", _texts("Types"), _texts("Hate speech leads."),
                          {tag: f"figures/{tag}/types.svg" for tag in LANGUAGES})],
        findings=[*(_finding(n) for n in range(1, findings + 1)), unattributed],
        documents=[f.Document(tag, "weekly", "pdf", f"reports/{tag}/weekly.pdf", 9) for tag in LANGUAGES],
        data=[f.DataFile("findings-by-type", "csv", "data/findings-by-type.csv", 2, 20, "findings-by-type")],
        method=_texts(METHOD),
        prose=_texts("A **quiet** week."),
        errata=[],
    )  # fmt: skip


def fill(content: Path, held: f.Edition) -> None:
    files = {"edition.json": canonical_json(f.plain(held)), "data/findings-by-type.csv": "key,count\r\nhate,1\r\n"}
    for tag in LANGUAGES:
        files[f"figures/{tag}/types.svg"] = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><rect width="120" height="40"/></svg>'
        )
        files[f"reports/{tag}/weekly.pdf"] = "%PDF-1.7\n"
    for path, text in files.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_text(text)


def write(root: Path, findings: int = 3, render_site=None) -> Path:
    """Write it under `root`; returns the edition's folder."""
    held = edition(findings)
    envelope = f.Envelope(
        edition="", number=2, previous="a" * 64, change_note="One finding was corrected.",
        published_at="2027-09-22T10:00:00+00:00", freeze="f" * 64, ledger_seq=77, ledger_head="b" * 64, site="",
        public_key="",
    )  # fmt: skip
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    return writer.write(root, fill=lambda content: fill(content, held), envelope=envelope, key=key,
                        render_site=render_site)[0]  # fmt: skip
