"""`besa agreement FILE.csv`: Krippendorff's alpha of a table of coder, unit, value."""

from __future__ import annotations

import csv
from pathlib import Path

from besa.base.errors import BadInput

#: What people write where a coder left a unit out.
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "."})
_COLUMNS = ("coder", "unit", "value")


def arguments(parser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="a table with the columns coder, unit, value")
    parser.add_argument("--level", required=True, choices=("nominal", "ordinal", "interval", "ratio"))
    parser.add_argument("--bootstrap", type=int, default=1000, metavar="N", help="resamples (default 1000; 0: none)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the resampling (default 0)")


def run(arguments, out) -> int:
    from besa.coding.rules.agreement import alpha

    if arguments.bootstrap < 0 or arguments.bootstrap > 100_000:
        raise BadInput("--bootstrap takes 0 to 100000 resamples.")
    ratings = read(Path(arguments.file), arguments.level)
    found = alpha(ratings, arguments.level, bootstrap=arguments.bootstrap, seed=arguments.seed)
    document = {
        "alpha": found.alpha,
        "low": found.low,
        "high": found.high,
        "coders": found.coders,
        "units": found.units,
        "pairable": found.pairable,
        "level": found.level,
        "percent": found.percent,
        "rare": list(found.rare),
        "words": found.verdict_words,
    }

    def human() -> None:
        def shown(figure: float | None) -> str:
            return "–" if figure is None else f"{figure:.3f}"

        out.table(
            f"Agreement ({found.level})",
            ["alpha", "95 % from", "to", "coders", "units", "pairable values", "agreeing pairs"],
            [
                [
                    shown(found.alpha), shown(found.low), shown(found.high), found.coders, found.units,
                    found.pairable, "–" if found.percent is None else f"{found.percent:.1f} %",
                ]
            ],
        )  # fmt: skip
        out.say(found.verdict_words)
        if found.rare:
            out.say(f"Given fewer than 10 times, so not provable: {', '.join(found.rare)}.")

    out.result(document, human)
    return 0


def read(path: Path, level: str) -> list[tuple[str, str, str | float]]:
    """(coder, unit, value) of each line; at all levels but nominal the value is a number.

    Raises BadInput with file and line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(path)) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput("is not UTF-8.", where=f"{path}:{line}", remedy="Save it as CSV UTF-8.") from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        return list(_ratings(reader, path, level))
    except csv.Error as error:
        raise BadInput(f"is not CSV ({error}).", where=f"{path}:{reader.line_num}") from None


def _ratings(reader, path: Path, level: str):
    header = [name.strip().lower() for name in next(reader, [])]
    lacking = [name for name in _COLUMNS if header.count(name) != 1]
    if lacking:
        raise BadInput(
            f"needs the columns coder, unit, value once each; look at: {', '.join(lacking)}.", where=f"{path}:1"
        )
    places = [header.index(name) for name in _COLUMNS]
    seen: dict[tuple[str, str], int] = {}
    for row in reader:
        where = f"{path}:{reader.line_num}"
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise BadInput(f"has {len(row)} cells, the header {len(header)}.", where=where)
        coder, unit, value = (row[place].strip() for place in places)
        if not coder or not unit:
            raise BadInput("coder or unit is empty.", where=where)
        if (coder, unit) in seen:
            raise BadInput(f"{coder} has coded {unit} already in line {seen[coder, unit]}.", where=where)
        seen[coder, unit] = reader.line_num
        if value.lower() not in _MISSING or (level == "nominal" and value.lower() == "none"):
            yield coder, unit, value if level == "nominal" else _number(value, level, where)


def _number(value: str, level: str, where: str) -> float:
    try:
        number = float(value)
        if number != number or abs(number) == float("inf"):
            raise ValueError(value)
    except ValueError:
        raise BadInput(
            f"“{value}” is not a number, and {level} data are numbers.",
            where=where,
            remedy="Number the categories in their order, or use --level nominal.",
        ) from None
    if level == "ratio" and number < 0:
        raise BadInput(f"{value} is below zero; ratio data are not.", where=where)
    return number
