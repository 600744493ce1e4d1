"""`besa agreement`: the figures as JSON, and a bad file named by its line."""

from __future__ import annotations

import csv
import json

import pytest

from besa.site.cli import main

GOOD = "coder,unit,value\na,1,x\nb,1,x\na,2,y\nb,2,x\na,3,y\nb,3,y\n"


def _run(capsys, *arguments):
    code = main(["agreement", *map(str, arguments), "--json"])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_published_example_as_a_long_table(tmp_path, samples, capsys):
    with (samples / "krippendorff-canonical" / "c_data_4x12.csv").open() as file:
        lines = [
            f"{row['coder']},{unit},{value}"
            for row in csv.DictReader(file)
            for unit, value in row.items()
            if unit != "coder"
        ]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["coder,unit,value", *lines]))
    code, out, _ = _run(capsys, path, "--level", "ordinal", "--bootstrap", "200")
    found = json.loads(out)
    assert code == 0
    assert found["alpha"] == pytest.approx(0.8154, abs=0.0005)
    assert found["low"] < found["alpha"] <= found["high"]
    assert (found["coders"], found["units"], found["pairable"]) == (4, 12, 40)


def test_columns_in_any_order_and_with_a_byte_order_mark(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("\ufeffvalue,note,unit,coder\nx,,1,a\nx,,1,b\ny,,2,a\ny,,2,b\n", encoding="utf-8")
    code, out, _ = _run(capsys, path, "--level", "nominal")
    assert code == 0 and json.loads(out)["alpha"] == 1


@pytest.mark.parametrize(
    ("text", "level", "line", "word"),
    [
        ("", "nominal", 1, "coder"),
        ("coder,unit\na,1\n", "nominal", 1, "value"),
        (GOOD + "a,4\n", "nominal", 8, "cells"),
        (GOOD + "a,1,x\n", "nominal", 8, "already in line 2"),
        (GOOD + ",5,x\n", "nominal", 8, "empty"),
        (GOOD, "interval", 2, "not a number"),
        ("coder,unit,value\na,1,2\nb,1,-2\n", "ratio", 3, "below zero"),
        ("coder,unit,value\na,1,inf\n", "ratio", 2, "not a number"),
        (GOOD + 'a,6,"x\n', "nominal", 8, "CSV"),
    ],
)
def test_a_bad_file_is_named_by_its_line(tmp_path, capsys, text, level, line, word):
    path = tmp_path / "t.csv"
    path.write_text(text)
    code, out, err = _run(capsys, path, "--level", level)
    assert (code, out) == (2, "")
    assert f"t.csv:{line}" in err and word in err


def test_a_wrong_encoding_and_a_missing_file(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_bytes(GOOD.encode() + b"a,7,\xff\n")
    assert "t.csv:8" in _run(capsys, path, "--level", "nominal")[2]
    assert _run(capsys, tmp_path / "none.csv", "--level", "nominal")[0] == 2


def test_no_variation_has_no_alpha(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("coder,unit,value\na,1,x\nb,1,x\n")
    found = json.loads(_run(capsys, path, "--level", "nominal")[1])
    assert found["alpha"] is None and "not defined" in found["words"]


PARTS = "coder,unit,value,language\n" + "".join(
    f"{coder},{unit},{'x' if unit % 2 or (coder == 'c' and unit < 8) else 'y'},{'sq' if unit < 10 else 'sr'}\n"
    for unit in range(30)
    for coder in "abc"
)


def test_by_another_column_by_value_and_by_pair_of_coders(tmp_path, capsys):
    path = tmp_path / "parts.csv"
    path.write_text(PARTS)

    def by(what):
        code, out, _ = _run(capsys, path, "--level", "nominal", "--by", what, "--bootstrap", "0")
        assert code == 0
        return json.loads(out)["by"]

    languages = by("language")
    assert languages["sr"]["alpha"] == 1 and languages["sq"]["alpha"] < 0.7
    pairs = by("coders")
    assert pairs["a + b"]["alpha"] == 1 and pairs["a + c"]["alpha"] == pairs["b + c"]["alpha"] < 1
    values = by("value")
    assert values["x"]["alpha"] == values["y"]["alpha"]  # of two values one is the other's complement
    assert values["x"]["wanted_800"] > values["x"]["wanted_667"] > 50
    code, _, err = _run(capsys, path, "--level", "nominal", "--by", "village")
    assert code == 2 and "village" in err and "parts.csv:1" in err
