from __future__ import annotations

import csv
import json

import pytest

from besa.base.errors import BadInput
from besa.base.script import to_cyrillic
from besa.site.cli import main
from besa.triage.evaluation import language, near_duplicates
from hard_texts import BARE_SERBIAN, CHAT_ALBANIAN


def table(path, header, rows, delimiter=","):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def rows():
    return (
        [(text, "sq") for text in CHAT_ALBANIAN]
        + [(text, "sr-Latn") for text in BARE_SERBIAN]
        + [(to_cyrillic("Danas smo razgovarali sa ljudima o vodi i putevima."), "sr-Cyrl")]
        + [("Heute haben wir mit den Bürgern über Wasser und Straßen gesprochen.", "de")]
        + [("Heute haben wir mit den Bürgern über Wasser und Straßen gesprochen.", "tr")]
    )


def test_language_figures_as_a_command(tmp_path, capsys):
    path = table(tmp_path / "a.csv", ["text", "language"], rows())
    assert main(["evaluate", "language", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["n"] == len(rows()) and told["accuracy"] > 0.93
    assert told["by_label"]["sr-Cyrl"]["accuracy"] == told["by_label"]["de"]["accuracy"] == 1
    assert told["by_label"]["tr"] == {
        "n": 1, "accuracy": 0, "recall": 0, "precision": 0, "unsure": 1, "instead": {"und": 1},
    }  # fmt: skip
    assert told["by_script"]["cyrillic"]["n"] == 1 and told["texts_per_second"] > 0 < told["plain"]["texts_per_second"]
    assert main(["evaluate", "language", str(path)]) == 0
    assert "bs, hr, sr as one" in capsys.readouterr().out


def test_other_columns_separators_and_json_lines_give_the_same_figures(tmp_path):
    plain = language.evaluate(table(tmp_path / "a.csv", ["text", "language"], rows()))["by_label"]
    tabs = table(tmp_path / "b.tsv", ["Comment", "Gold"], rows(), "\t")
    lines = tmp_path / "c.jsonl"
    lines.write_text("".join(json.dumps({"x": text, "y": label}) + "\n" for text, label in rows()), encoding="utf-8")
    assert language.evaluate(tabs)["by_label"] == plain
    assert language.evaluate(lines, text="x", label="y")["by_label"] == plain


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"text,language\na,sq\nb\n", ":3"), (b"text,language\na,sq\nb,\n", ":3"), (b"text,note\na,b\n", ":1"),
        (b"text,language\n\xff\xfe,sq\n", ":2"), (b'{"text": "a", "language": "sq"}\n{"text"\n', ":2"), (b"", ""),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_line(tmp_path, data, where, capsys):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(BadInput) as refused:
        language.evaluate(path)
    assert str(refused.value.where).endswith(f"a.csv{where}")
    assert main(["evaluate", "language", str(path)]) == 2


def test_near_duplicates_of_a_file(tmp_path, capsys):
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    texts = [text, text + " sixteen", text.upper(), "quite another text that has nothing in common", text[:20]]
    path = table(tmp_path / "a.csv", ["id", "text"], [(f"p{at}", one) for at, one in enumerate(texts)])
    told = near_duplicates.evaluate(path)
    assert (told["n"], told["pairs"], told["recall"], told["precision"]) == (5, 3, 1, 1)
    labelled = table(tmp_path / "b.csv", ["text", "family"], [(one, "abacd"[at]) for at, one in enumerate(texts)])
    told = near_duplicates.evaluate(labelled)
    assert (told["pairs"], told["found"], told["recall"], told["precision"]) == (1, 3, 1, 0.3333)
    out = tmp_path / "pairs.csv"
    assert main(["detect", "near-duplicates", "--posts", str(path), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["posts"], told["pairs"]) == (5, 3)
    assert out.read_text().split() == ["a,b,similarity", "p0,p1,0.928571", "p0,p2,1.0", "p1,p2,0.928571"]
    assert main(["detect", "near-duplicates", "--threshold", "2", "--out", str(out)]) == 2
