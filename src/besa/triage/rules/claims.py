"""Reading a list of checked claims: ClaimReview in its usual shapes, or a table. Pure.

ClaimReview: one object, a list, `@graph`, Google's data feed (`dataFeedElement` -> `item`), the answer of Google's
Fact Check Tools (`claims` -> `claimReview`), or one JSON object a line. Table: CSV with a heading, comma, semicolon or
tab; columns claim, verdict or rating, reviewer, url, date, language, clause, claim_sq, claim_sr, claim_en.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from besa.base.errors import BadInput
from besa.base.ids import canonical_json, sha256_hex
from besa.base.languages import POST
from besa.base.text import folded, normal
from besa.base.words import CheckResult

MOST_BYTES, MOST_ROWS, _LONGEST = 20 << 20, 20_000, 2_000
COLUMNS = ("claim", "verdict", "rating", "reviewer", "url", "date", "language", "clause",
           *(f"claim_{language}" for language in POST))  # fmt: skip

#: How ratings begin, folded; sought in this order, so that “not true” and “half true” are not true.
_RATINGS: tuple[tuple[CheckResult, re.Pattern], ...] = tuple(
    (result, re.compile(rf"(?<![^\W_])(?:{words})"))
    for result, words in (
        (CheckResult.UNCLEAR, "unprov|unverif|no evidence|unclear|pa prova|pa fakte|e? ?paverifik|neprover|nedokaz|"
         "nejasn|e? ?paqart"),
        (CheckResult.MISLEADING, "mislead|mixed|mixture|half|part(?:ly|ial)|mostly false|mising context|"
         "out of context|manipul|exag|cher|pjeserisht|gjysm|pa kontekst|jashte kontekst|keqinterpret|mashtrues|"
         "perzier|delimicn|polu|obmanj|zavarav|bez kontekst|van kontekst|uglavnom (?:netac|neis)|spin"),
        (CheckResult.FALSE, "false|fals|fake|pants|incorect|inacur|wrong|not true|untrue|hoax|(?:e |i )?rem|pavertet|"
         "e pavertet|e pasakt|nuk eshte e vertet|genjesht|trilim|netacn|neistin|laz|nije (?:tacn|istin)|izmislj|"
         "dezinf"),
        (CheckResult.TRUE, "true|corect|acurate|mostly true|(?:e |i )?vertet|(?:e |i )?sakt|tacn|istin|uglavnom tacn"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """One row of the list: what it says, or why it is refused."""

    line: int
    why: str = ""
    claim: str = ""
    language: str = ""
    translations: dict[str, str] = field(default_factory=dict)
    verdict: str = ""
    rating: str = ""
    reviewer: str = ""
    url: str = ""
    checked_on: date | None = None
    clause: str = ""

    @property
    def digest(self) -> str:
        return sha256_hex(canonical_json([self.language, normal(self.claim), normal(self.reviewer), self.url]))


def read(data: bytes, file_name: str, clauses: Collection[str] = ()) -> list[Read]:
    """All rows in their order; `line` is the line of a table, or the place in a JSON list. Raises BadInput."""
    if len(data) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES >> 20} MB.", where=file_name, remedy="Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput("It is not UTF-8.", where=f"{file_name}:{line}", remedy="Save it as CSV UTF-8.") from None
    of_json = text.lstrip()[:1] in ("{", "[")
    rows = list(_of_json(text, file_name) if of_json else _of_table(text, file_name))
    if not rows:
        raise BadInput("It holds no claim.", where=file_name, remedy="See docs/how-to/check-claims.md.")
    if len(rows) > MOST_ROWS:
        raise BadInput(f"More than {MOST_ROWS} claims.", where=file_name, remedy="Split the file.")
    return [_row(line, cells, clauses) for line, cells in rows]


def _row(line: int, cells: dict, clauses: Collection[str]) -> Read:
    told = {name: " ".join(str(value or "").replace("\0", "").split()) for name, value in cells.items()}
    claim, rating = told.get("claim", ""), told.get("rating") or told.get("verdict", "")
    if not claim:
        return Read(line, why="no claim is given")
    if len(claim) > _LONGEST:
        return Read(line, why=f"the claim is longer than {_LONGEST} characters")
    if not rating:
        return Read(line, why="no rating is given", claim=claim)
    if not told.get("reviewer"):
        return Read(line, why="who checked it is not said", claim=claim)
    url = told.get("url", "")
    if url and urlsplit(url).scheme not in ("http", "https"):
        return Read(line, why=f"“{url[:80]}” is not a web address", claim=claim)
    language = told.get("language", "").lower().split("-")[0]
    if language and language not in POST:
        return Read(line, why=f"“{language}” is not one of {', '.join(POST)}", claim=claim)
    if (clause := told.get("clause", "")) and clause not in clauses:
        return Read(line, why=f"the Code has no clause “{clause}”", claim=claim)
    checked, day = None, told.get("date", "")[:10]
    if day:
        try:
            checked = date.fromisoformat(day)
        except ValueError:
            return Read(line, why=f"“{day}” is not a day such as 2027-09-14", claim=claim)
    translations = {code: told[f"claim_{code}"] for code in POST if told.get(f"claim_{code}")}
    if any(len(text) > _LONGEST for text in translations.values()):
        return Read(line, why=f"a translation is longer than {_LONGEST} characters", claim=claim)
    return Read(
        line, "", claim, language, translations, verdict_of(rating, cells), rating[:200], told["reviewer"][:200], url,
        checked, clause,
    )  # fmt: skip


def verdict_of(rating: str, cells: dict | None = None) -> CheckResult:
    """What a rating comes to: by its words, else by its figure between the ends of the scale, else unclear."""
    plain = folded(rating)
    for result, pattern in _RATINGS:
        if pattern.search(plain):
            return result
    scale = {name: _figure((cells or {}).get(name)) for name in ("value", "worst", "best")}
    value, worst, best = scale["value"], scale["worst"], scale["best"]
    worst, best = (1.0 if worst is None else worst), (5.0 if best is None else best)
    if value is None or best <= worst or not worst <= value <= best:
        return CheckResult.UNCLEAR
    share = (value - worst) / (best - worst)
    return CheckResult.FALSE if share <= 0.25 else CheckResult.TRUE if share >= 0.9 else CheckResult.MISLEADING


def _figure(value) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _of_table(text: str, file_name: str) -> Iterator[tuple[int, dict]]:
    heading = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count), strict=True)
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{file_name}:{reader.line_num}"
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                if unknown := [name for name in columns if name not in COLUMNS]:
                    raise BadInput(
                        f"There is no column “{unknown[0]}”.", where=where, remedy=f"One of: {', '.join(COLUMNS)}."
                    )
                if "claim" not in columns or not {"verdict", "rating"} & set(columns):
                    raise BadInput("It needs the columns claim, rating and reviewer.", where=where)
                continue
            if len(cells) != len(columns):
                raise BadInput(f"The line has {len(cells)} cells, the heading {len(columns)}.", where=where)
            # what a spreadsheet was kept from running
            yield (
                reader.line_num,
                {
                    name: cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell
                    for name, cell in zip(columns, cells, strict=True)
                },
            )
    except csv.Error as error:
        raise BadInput(f"The line cannot be read: {error}.", where=f"{file_name}:{reader.line_num}") from None


def _of_json(text: str, file_name: str) -> Iterator[tuple[int, dict]]:
    try:
        held = json.loads(text)
    except ValueError as error:
        held = _lines(text, file_name, error)
    except RecursionError:
        raise BadInput("It is nested too deeply.", where=file_name) from None
    yield from enumerate(_reviews(held, 0), 1)


def _lines(text: str, file_name: str, error: ValueError) -> list:
    """One object a line; where that fails too, the fault of the whole is told with its line."""
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        where = f"{file_name}:{getattr(error, 'lineno', 1)}"
        raise BadInput(f"It is not JSON: {getattr(error, 'msg', error)}.", where=where) from None


def _reviews(held, depth: int) -> Iterator[dict]:
    if depth > 8:
        return
    if isinstance(held, list):
        for one in held:
            yield from _reviews(one, depth + 1)
    elif isinstance(held, dict):
        kinds = held.get("@type")
        if "ClaimReview" in (kinds if isinstance(kinds, list) else [kinds]):
            yield _of_review(held)
        elif isinstance(held.get("claimReview"), list):
            yield from (_of_tools(held, review) for review in held["claimReview"] if isinstance(review, dict))
        else:
            for name in ("@graph", "dataFeedElement", "item", "claims", "mainEntity", "itemListElement"):
                yield from _reviews(held.get(name), depth + 1)


def _of_review(held: dict) -> dict:
    rating = _object(held.get("reviewRating"))
    item = _object(held.get("itemReviewed"))
    value = rating.get("ratingValue")
    return {
        "claim": held.get("claimReviewed") or item.get("name") or item.get("text"),
        "rating": rating.get("alternateName") or rating.get("name") or ("" if value is None else str(value)),
        "value": value, "best": rating.get("bestRating"), "worst": rating.get("worstRating"),
        "reviewer": _name(held.get("author")) or _name(held.get("publisher")),
        "url": held.get("url"), "date": held.get("datePublished"), "language": held.get("inLanguage"),
    }  # fmt: skip


def _of_tools(held: dict, review: dict) -> dict:
    publisher = _object(review.get("publisher"))
    return {
        "claim": held.get("text"), "rating": review.get("textualRating"),
        "reviewer": publisher.get("name") or publisher.get("site"), "url": review.get("url"),
        "date": review.get("reviewDate"), "language": review.get("languageCode"),
    }  # fmt: skip


def _object(value) -> dict:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _name(value) -> str:
    return value if isinstance(value, str) else str(_object(value).get("name") or _object(value).get("url") or "")
