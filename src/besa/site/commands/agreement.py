"""`besa agreement FILE.csv`: Krippendorff's alpha of a table of coder, unit, value, whole and in parts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from besa.base.errors import BadInput

#: What people write where a coder left a unit out.
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "."})
_COLUMNS = ("coder", "unit", "value")
#: What `--by` knows without a column of that name.
_ALWAYS = ("value", "coders")
_HEADS = ["alpha", "95 % from", "to", "coders", "units", "pairable values", "agreeing pairs", "AC1"]


class Rating(NamedTuple):
    coder: str
    unit: str
    value: str | float
    group: str


def arguments(parser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="a table with the columns coder, unit, value")
    parser.add_argument("--level", required=True, choices=("nominal", "ordinal", "interval", "ratio"))
    parser.add_argument("--bootstrap", type=int, default=1000, metavar="N", help="resamples (default 1000; 0: none)")
    parser.add_argument(
        "--by",
        default="",
        metavar="WHAT",
        help="also for each `value`, each pair of `coders`, or each of another column",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the resampling (default 0)")


def run(arguments, out) -> int:
    from besa.coding.rules.agreement import alpha

    if arguments.bootstrap < 0 or arguments.bootstrap > 100_000:
        raise BadInput("--bootstrap takes 0 to 100000 resamples.")
    ratings = read(Path(arguments.file), arguments.level, arguments.by if arguments.by not in _ALWAYS else "")

    def figures(some, level=arguments.level):
        return alpha(some, level, bootstrap=arguments.bootstrap, seed=arguments.seed)

    found = figures([rating[:3] for rating in ratings])
    parts = {label: (figures(some, level), more) for label, some, level, more in _parts(ratings, arguments)}
    document = {**_told(found), "words": found.verdict_words, "rare": list(found.rare)}
    if arguments.by:
        document["by"] = {label: {**_told(one), **more} for label, (one, more) in parts.items()}

    def human() -> None:
        out.table(f"Agreement ({found.level})", _HEADS, [_row(found)])
        out.say(found.verdict_words)
        if found.rare:
            out.say(f"Given fewer than 10 times, so not provable: {', '.join(found.rare)}.")
        if parts:
            heads = [arguments.by, *_HEADS] + (["wanted for .667", "for .8"] if arguments.by == "value" else [])
            out.table(
                f"By {arguments.by}",
                heads,
                [
                    [label, *_row(one), *("–" if n is None else n for n in more.values())]
                    for label, (one, more) in parts.items()
                ],
            )

    out.result(document, human)
    return 0


def _parts(ratings: list[Rating], arguments):
    """(label, triples, level, further figures) of each part asked for."""
    from besa.coding.rules import reliability as rules
    from besa.coding.rules.agreement import GOOD_FROM, RARE_BELOW, TENTATIVE_BELOW

    if arguments.by == "value":
        for value, yes_or_no, share in rules.by_value(ratings):
            rare = round(share * len(ratings)) < RARE_BELOW
            floors = (("wanted_667", TENTATIVE_BELOW), ("wanted_800", GOOD_FROM))
            yield str(value), yes_or_no, "nominal", {n: None if rare else rules.needed(share, at) for n, at in floors}
    elif arguments.by:
        groups = rules.paired(ratings) if arguments.by == "coders" else rules.grouped(ratings, lambda one: one.group)
        for name, some in groups.items():
            label = " + ".join(name) if arguments.by == "coders" else name
            yield label, [rating[:3] for rating in some], arguments.level, {}


def _told(found) -> dict:
    names = ("alpha", "low", "high", "coders", "units", "pairable", "level", "percent", "ac1")
    return {name: getattr(found, name) for name in names}


def _row(found) -> list:
    def shown(figure: float | None) -> str:
        return "–" if figure is None else f"{figure:.3f}"

    percent = "–" if found.percent is None else f"{found.percent:.1f} %"
    return [
        shown(found.alpha), shown(found.low), shown(found.high), found.coders, found.units, found.pairable, percent,
        shown(found.ac1),
    ]  # fmt: skip


def read(path: Path, level: str, by: str = "") -> list[Rating]:
    """Coder, unit, value and group of each line; at all levels but nominal the value is a number. `by`: a column.

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
        return list(_ratings(reader, path, level, by))
    except csv.Error as error:
        raise BadInput(f"is not CSV ({error}).", where=f"{path}:{reader.line_num}") from None


def _ratings(reader, path: Path, level: str, by: str):
    header = [name.strip().lower() for name in next(reader, [])]
    lacking = [name for name in _COLUMNS if header.count(name) != 1]
    if lacking:
        raise BadInput(
            f"needs the columns coder, unit, value once each; look at: {', '.join(lacking)}.", where=f"{path}:1"
        )
    places = [header.index(name) for name in _COLUMNS]
    if by and header.count(by.strip().lower()) != 1:
        raise BadInput(f"has no column {by}, or more than one.", where=f"{path}:1")
    group = header.index(by.strip().lower()) if by else None
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
            answer = value if level == "nominal" else _number(value, level, where)
            yield Rating(coder, unit, answer, "" if group is None else row[group].strip())


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
