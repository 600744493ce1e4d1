"""What a person heard and saw in a video: time codes, typed quotes, and how much of it was watched.

A time code is `12`, `0:12`, `1:02:03` or `0:12.5`; a span is two of them with a dash between. People type spans and
quotes as lines of text, so that the same form works with a player, without one, and on a phone without a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.base.errors import BadInput

#: A day; no broadcast that people watch is longer.
LONGEST = 24 * 3600.0
MOST_QUOTES, MOST_SPANS, LONGEST_QUOTE = 200, 200, 2_000

_TIME = r"[0-9]{1,5}(?::[0-9]{1,2}){0,2}(?:[.,][0-9]{1,3})?"
_SPAN = re.compile(rf"\s*({_TIME})\s*(?:[-–—]\s*({_TIME}))?\s*")
_QUOTE = re.compile(rf"\s*({_TIME})\s*(?:[-–—]\s*({_TIME}))?\s+(\S.*)", re.S)


def seconds(code: str) -> float:
    """`1:02:03.5` as 3723.5. Raises BadInput."""
    code = code.strip()
    if not re.fullmatch(_TIME, code):
        raise BadInput("This is no time code.", where=code[:40], remedy="Write it like 0:12 or 1:02:03.")
    *before, last = code.replace(",", ".").split(":")
    parts = [*(float(part) for part in before), float(last)]
    if any(part >= 60 for part in parts[1:]):
        raise BadInput("Minutes and seconds end at 59.", where=code, remedy="Write it like 0:12 or 1:02:03.")
    total = 0.0
    for part in parts:
        total = total * 60 + part
    if total > LONGEST:
        raise BadInput("A video of more than a day is not taken.", where=code)
    return round(total, 3)


def code(total: float) -> str:
    """3723.5 as `1:02:03.5`; `seconds` reads it back."""
    thousandths = round(total * 1000)
    whole, rest = divmod(thousandths, 1000)
    minutes, last = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{last:02}" if hours else f"{minutes}:{last:02}"
    return f"{text}.{rest:03}".rstrip("0") if rest else text


def read(length: str = "", watched: str = "", quotes: str = "", *, measured: bool = False) -> dict[str, Any]:
    """The form's texts as what is kept of a video; {} where nothing was said. Raises BadInput naming the line."""
    spans = [_span(part) for part in re.split(r"[,;\n]", watched) if part.strip()]
    said = []
    for number, line in enumerate(quotes.splitlines(), 1):
        if not line.strip():
            continue
        found = _QUOTE.fullmatch(line)
        if not found:
            raise BadInput(
                "A quote begins with its time.", where=f"line {number}", remedy="Write it like: 0:12-0:20 the words."
            )
        start, end = _ordered(found[1], found[2])
        said.append({"start": start, "end": end, "text": found[3].strip()})
    return checked(
        {
            "length": seconds(length) if length.strip() else None,
            "watched": spans,
            "quotes": said,
            "measured": measured,
        }
    )


def checked(video: Mapping[str, Any]) -> dict[str, Any]:
    """`{length, watched: [[start, end]], measured, quotes: [{start, end, text}]}`, in order; {} where nothing is said.

    Spans that touch become one. Raises BadInput for what cannot be: an end before its start, a time after the end of
    the video, a quote without words.
    """
    length = video.get("length")
    if length is not None:
        length = _moment(length)
        if not length:
            raise BadInput("A video has a length.", remedy="Leave it empty where it is not known.")
    spans = sorted(_pair(span) for span in _list(video.get("watched"), MOST_SPANS))
    quotes = []
    for quote in _list(video.get("quotes"), MOST_QUOTES):
        if not isinstance(quote, Mapping) or not str(quote.get("text") or "").strip():
            raise BadInput("A quote needs its words.", remedy="Type what is said between these two times.")
        start, end = _pair([quote.get("start"), quote.get("end")])
        text = str(quote["text"]).strip()
        if len(text) > LONGEST_QUOTE:
            raise BadInput(f"A quote has at most {LONGEST_QUOTE} letters.", where=code(start))
        quotes.append({"start": start, "end": end, "text": text})
    last = max([end for _, end in spans] + [quote["end"] for quote in quotes], default=0.0)
    if length is not None and last > length:
        raise BadInput("A time lies after the end of the video.", where=code(last), remedy="Correct it or the length.")
    if length is None and not spans and not quotes:
        return {}
    watched = _joined(spans)
    return {
        "length": length,
        "watched": watched,
        "measured": bool(video.get("measured")) and bool(watched),
        "quotes": sorted(quotes, key=lambda quote: (quote["start"], quote["end"], quote["text"])),
    }


def share(video: Mapping[str, Any]) -> float | None:
    """Which part was watched, 0 to 1; None where the length is not known."""
    if not video or not video.get("length"):
        return None
    return min(1.0, seen(video) / video["length"])


def seen(video: Mapping[str, Any]) -> float:
    """How many seconds were watched."""
    return round(sum(end - start for start, end in video.get("watched", ())), 3)


def texts(video: Mapping[str, Any]) -> dict[str, str]:
    """What `read` would read back: the first values of the form."""
    if not video:
        return {"length": "", "watched": "", "quotes": ""}
    return {
        "length": code(video["length"]) if video["length"] else "",
        "watched": ", ".join(f"{code(start)}-{code(end)}" for start, end in video["watched"]),
        "quotes": "\n".join(
            f"{code(quote['start'])}-{code(quote['end'])} {' '.join(quote['text'].split())}"
            for quote in video["quotes"]
        ),
    }


def _span(text: str) -> list[float]:
    found = _SPAN.fullmatch(text)
    if not found or not found[2]:
        raise BadInput("This is no span of time.", where=text.strip()[:40], remedy="Write it like 0:00-3:20.")
    return list(_ordered(found[1], found[2]))


def _ordered(first: str, last: str | None) -> tuple[float, float]:
    start = seconds(first)
    return _pair([start, start if last is None else seconds(last)])


def _pair(span: Any) -> tuple[float, float]:
    if not isinstance(span, list | tuple) or len(span) != 2:
        raise BadInput("A span has a start and an end.")
    start, end = _moment(span[0]), _moment(span[1])
    if end < start:
        raise BadInput("The end lies before the start.", where=f"{code(start)}-{code(end)}")
    return start, end


def _moment(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST:
        raise BadInput("This is no time in a video.", where=str(value)[:40], remedy="Seconds from 0 to a day.")
    return round(float(value), 3)


def _list(value: Any, most: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list | tuple) or len(value) > most:
        raise BadInput(f"At most {most} of these are taken.")
    return list(value)


def _joined(spans: list[tuple[float, float]]) -> list[list[float]]:
    joined: list[list[float]] = []
    for start, end in spans:
        if start == end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return joined
