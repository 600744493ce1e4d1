"""Whether a post still stands, was edited, or is gone, and why as far as it can be told. Pure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from besa.base.text import normal
from besa.base.words import GoneCause
from besa.evidence.capturers.walls import Shown, wall

#: So much of the words of a post must be on the page for it to stand as it was, or to be the same post edited.
SAME, SIMILAR = 0.97, 0.5
_STANDS = ("up", "edited")
#: What platforms say, the more telling first.
_SAID = (
    (GoneCause.PLATFORM, r"(account|page|post|video|content|profile) (has been|was|is) (suspended|removed|taken down)"
     r"|violat(es|ed|ing) (our|the) (rules|community|terms|policies|guidelines)|suspended account|u hoq sepse shkel"
     r"|pezulluar|uklonjen[ao]? (jer|zbog) krš|суспендован|suspendovan"),
    (GoneCause.AUTHOR, r"(deleted|removed) by (the|its) (author|owner|user|uploader)|u fshi nga autori"
     r"|obrisao (autor|korisnik)|обрисао (аутор|корисник)"),
    (GoneCause.ACCOUNT_GONE, r"(account|user|profile|channel) (does(n.t| not) exist|not found|no longer exists)"
     r"|kjo llogari nuk ekziston|(ovaj )?nalog ne postoji|налог не постоји"),
    (GoneCause.HIDDEN, r"(this )?(account|video|post|profile|page) is private|kjo llogari është private|privatan nalog"
     r"|nalog je privatan|only shared .{0,30}with a small group|налог је приватан"),
    (GoneCause.EXPIRED, r"story (is )?no longer available|has expired|ka skaduar|isteklo|истекло"),
    (GoneCause.UNKNOWN, r"(content|page|post|video|article) (is(n.t| not)|no longer) (currently )?available"
     r"|(video|post|page) unavailable|page not found|nuk (është|eshte) (më )?(i|e) disponueshm|faqja nuk u gjet"
     r"|(sadržaj|stranica|objava) nije dostup|stranica nije pronađena|садржај није доступан|страница није пронађена"),
)  # fmt: skip
_PATTERNS = tuple((cause, re.compile(pattern, re.IGNORECASE)) for cause, pattern in _SAID)


_NOT_HERE = re.compile(
    r"(not|isn.t) available in your (country|region|location)|withheld in your country"
    r"|nuk është i disponueshëm në vendin|nije dostup\w+ u (vašoj zemlji|vašem regionu)"
    r"|није доступ\w+ у (вашој земљи|вашем региону)", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """`state`: up, edited, gone, unknown. `alike`: the part of the post's words that the page shows in their order."""

    state: str
    cause: str = ""
    alike: float = 0.0


def judge(shown: Shown, text: str) -> Judged:
    """What the page says of the post whose words were `text`. A wall tells nothing of the post."""
    alike = shown_of(text, shown.text)
    if shown.status in (404, 410):
        return Judged("gone", _cause(shown.text) or GoneCause.UNKNOWN, alike)
    if alike >= SAME:
        return Judged("up", alike=alike)
    if cause := _cause(shown.text):
        return Judged("gone", cause, alike)
    if wall(shown):
        return Judged("unknown", alike=alike)
    if not normal(text):
        return Judged("up")
    return Judged("edited" if alike >= SIMILAR else "unknown", alike=alike)


def together(outside: Judged, inside: Judged | None, shown: Shown) -> tuple[Judged, str]:
    """What two looks tell, from outside (`shown`) and, where there was one, from inside a log-in; and for whom it is
    so: `all`, who is logged in only (`log_in`), who is not only (`public`), not in this country (`region`), or ''
    where one place alone told. A post that anybody can still see is not gone.
    """
    not_here = outside.state != "up" and len(shown.text) <= 3_000 and _NOT_HERE.search(shown.text)
    if (shown.status == 451 or not_here) and (inside is None or inside.state not in _STANDS):
        return replace(outside, state="gone", cause=GoneCause.HIDDEN), "region"
    if inside is None:
        return outside, ""
    if outside.state in _STANDS:
        return outside, "all" if inside.state in _STANDS else "public" if inside.state == "gone" else ""
    if inside.state in _STANDS:
        return inside, "log_in"
    if outside.state == inside.state == "gone":
        return (inside if outside.cause in ("", GoneCause.UNKNOWN) else outside), "all"
    return (inside if inside.state == "gone" else outside), ""


def shown_of(text: str, page: str) -> float:
    """The part of the words of `text` that stand in `page` in the same order (0 to 1)."""
    wanted, there = normal(text).split(), normal(page).split()
    if not wanted:
        return 0.0
    blocks = difflib.SequenceMatcher(None, wanted, there, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """The words of both texts in their order: (`same`, `gone` or `new`, words)."""
    old, new = before.split(), after.split()
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", " ".join(old[a:b])))
            continue
        if b > a:
            found.append(("gone", " ".join(old[a:b])))
        if d > c:
            found.append(("new", " ".join(new[c:d])))
    return found


def wait(age: timedelta, *, decided: bool) -> timedelta:
    """How long after the last look the next is due: daily at first and for decided violations, then weekly."""
    if age < timedelta(days=3) or (decided and age < timedelta(days=21)):
        return timedelta(days=1)
    return timedelta(days=3) if age < timedelta(days=14) else timedelta(days=7)


def _cause(text: str) -> str:
    # a page that shows a long text speaks of other things too
    if len(text) > 3_000:
        return ""
    return next((cause for cause, pattern in _PATTERNS if pattern.search(text)), "")
