"""Text exports of closed chats (WhatsApp, Viber): messages out of lines, and everybody's name and number out of them.

Nobody in a closed group agreed to be collected. A message leaves here with its writer as "Member 3" and with no
telephone number, address or name of a member in its text; the names never reach a row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_MARKS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_UNMARKED = str.maketrans("", "", _MARKS)
_WHEN = (
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\.?,?[\s\u202f]+(?:\w{1,4}[\s\u202f])?"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?[\s\u202f]*([AaPp]\.?[\s\u202f]?[Mm]\.?)?"
)
#: Android: "14/09/2027, 18:03 - Name: text". iPhone, Viber: "[14.09.27, 18:03:11] Name: text".
_LINE = re.compile(rf"(?:\[\s*{_WHEN}\s*\]|{_WHEN}\s+[-–])\s*(.*)", re.S)
#: Viber's table: date,time,name,number,text.
_CELLS = re.compile(r'"?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"?[,;]"?\d{1,2}:\d{2}(?::\d{2})?"?[,;]')
_SAID = re.compile(r"~?\s*([^:\n]{1,80}):(?:\s|$)(.*)", re.S)
_GAP = r"[\s\u00a0\u2009\u202f\u2010-\u2013().\-/\u200b\u2060]"
_DAY = r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d{2}(?!\d)"
#: Seven figures or more are taken for a telephone number unless they are a day.
_NUMBER = re.compile(rf"({_DAY})|(?<![\w/=])(?:\(?\+{_GAP}?)?\(?\d(?:{_GAP}{{0,3}}\d){{6,}}(?!\w)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_LINK = re.compile(r"(?:https?://|viber://|whatsapp://|tel:|www\.)\S+", re.I)
_REVEALING = re.compile(r"wa\.me|whatsapp|viber|^tel:|t\.me/\+|[?&]phone=", re.I)
_CALLED = re.compile(r"@[\w.]+(?:\s+(?=[A-ZËÇĐŠŽČĆ])\w+)?")
NUMBER, ADDRESS, LINK = "[number]", "[address]", "[link]"


@dataclass
class _Message:
    line: int
    when: tuple
    by: str
    text: str
    more: list[str] = field(default_factory=list)


def is_chat(head: bytes) -> bool:
    """Whether the first lines are messages of such an export."""
    line = head[:2000].lstrip().decode("utf-8", "replace").translate(_UNMARKED).partition("\n")[0].lstrip()
    return _LINE.match(line) is not None or _CELLS.match(line) is not None


def messages(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows `at` (local, no zone), `by`, `text`; a notice of the chat itself has neither `by` nor `text`.

    The whole chat is read first: a name that writes at its end may be spoken of at its beginning.
    """
    found = list(_messages(lines))
    swap = _month_first([message.when for message in found])
    members: dict[str, str] = {}
    for message in found:
        if message.by and message.by not in members:
            members[message.by] = f"Member {len(members) + 1}"
    hide = _hider(members)
    for message in found:
        at = _iso(message.when, swap)
        if not message.by:
            yield message.line, {"at": at}
            continue
        text = "\n".join([message.text, *message.more]).strip()
        yield message.line, {"at": at, "by": members[message.by], "text": hide(text)}


def _messages(lines: Iterable[tuple[int, str]]) -> Iterator[_Message]:
    now: _Message | None = None
    for number, line in lines:
        line = line.translate(_UNMARKED).rstrip()
        begun = _message(number, line)
        if begun is None:
            if now:
                now.more.append(line)
            continue
        if now:
            yield now
        now = begun
    if now:
        yield now


def _message(number: int, line: str) -> _Message | None:
    if _CELLS.match(line):
        cells = next(csv.reader([line], delimiter=";" if line.count(";") > line.count(",") else ","), [])
        found = re.fullmatch(_WHEN, " ".join(cells[:2]))
        if found and len(cells) >= 4:
            return _Message(number, found.groups(), cells[2].strip() or cells[3].strip(), ",".join(cells[4:]))
    found = _LINE.match(line)
    if found is None:
        return None
    parts = found.groups()
    when = parts[:7] if parts[0] else parts[7:14]
    said = _SAID.fullmatch(parts[14])
    return _Message(number, when, said[1].strip() if said else "", said[2] if said else "")


def _month_first(whens: list[tuple]) -> bool:
    """14/9 or 9/14: what cannot be a month says; with nothing to say it the day comes first."""
    if any(len(when[0]) == 4 or int(when[0]) > 12 for when in whens):
        return False
    return any(int(when[1]) > 12 for when in whens)


def _iso(when: tuple, swap: bool) -> str:
    first, second, third, hour, minute, after, half = when
    year, month, day = (first, second, third) if len(first) == 4 else (third, second, first)
    if swap:
        month, day = day, month
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half[0] in "Pp" else 0)
    century = "20" if len(year) == 2 else ""
    return f"{century}{year}-{int(month):02}-{int(day):02}T{hours:02}:{minute}:{after or '00'}"


def _hider(members: dict[str, str]):
    """A function that takes names, numbers and addresses of people out of a text."""
    whole = sorted((name for name in members if len(name) > 2), key=len, reverse=True)
    given = {name.split()[0]: member for name, member in members.items()}
    given = {name: member for name, member in given.items() if len(name) > 2 and name.isalpha()}
    names = re.compile("|".join(rf"(?<!\w)@?{re.escape(name)}(?!\w)" for name in whole), re.I) if whole else None
    #: A given name alone; with a surname behind it somebody else may be meant.
    alone = (
        re.compile("|".join(rf"(?<!\w)@?{re.escape(name)}(?!\w|\s+[A-ZËÇĐŠŽČĆ])" for name in given)) if given else None
    )
    spoken = {name.casefold(): member for name, member in members.items()}

    def plain(text: str) -> str:
        text = _MAIL.sub(ADDRESS, text)
        if names:
            text = names.sub(lambda found: spoken.get(found[0].lstrip("@").casefold(), "Member"), text)
        if alone:
            text = alone.sub(lambda found: given[found[0].lstrip("@")], text)
        text = _NUMBER.sub(lambda found: found[1] or NUMBER, text)
        return _CALLED.sub("[member]", text)

    def hide(text: str) -> str:
        parts, start = [], 0
        for link in _LINK.finditer(text):
            parts += [plain(text[start : link.start()]), LINK if _REVEALING.search(link[0]) else link[0]]
            start = link.end()
        return "".join([*parts, plain(text[start:])])

    return hide
