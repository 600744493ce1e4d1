"""A small fictional law, who posts, and posts that may break it or not: for the contract test."""

from __future__ import annotations

from datetime import UTC, datetime

from besa.pledge.types import Law
from besa.triage.types import Poster

#: Polling day of a fictional election, 12 October 2027 in Belgrade's time.
_VOTE = ((datetime(2027, 10, 11, 22, tzinfo=UTC), datetime(2027, 10, 12, 22, tzinfo=UTC)),)
LAWS = (
    Law("polling-day", "campaigning", _VOTE, urgent=True),
    Law("public-pages", "institution_resources", always=True),
    Law("children", "minors", always=True),
    Law("ads-on-the-day", "ad_running", _VOTE, urgent=True),
)
POSTERS = {
    "x:lake": Poster("party", True),
    "x:ana": Poster("mayor_candidate"),
    "x:town": Poster("institution", True),
    "x:daily": Poster("media", True),
}
PARTIES = ("party of the lake",)

_ON, _BEFORE = "2027-10-12T09:00:00+00:00", "2027-10-11T21:59:59+00:00"


def _post(text: str, account: str, at: str, *concerns: str, **more) -> dict:
    return {"text": text, "account_key": account, "posted_at": at, "concerns": list(concerns), **more}


EXAMPLES = (
    _post("Votoni numrin 12, votoni Liqenin!", "x:lake", _ON, "legal", says=["Votoni numrin 12"]),
    _post("Votoni numrin 12, votoni Liqenin!", "x:lake", _BEFORE),
    _post("Гласајте за број 5", "x:ana", _ON, "legal", says=["Гласајте за"]),
    _post("Izađite i glasajte, zaokružite broj 5.", "x:ana", _ON, "legal"),
    _post("Hvala svima na poverenju, čuvajte se.", "x:ana", _ON),
    _post("Vote for the Lake, says the Party of the Lake", "x:daily", _ON),
    _post("Dilni dhe votoni, vendvotimet janë hapur.", "x:town", _ON),
    _post("Komuna ju fton: voto për Partinë e Liqenit", "x:town", _BEFORE, "legal"),
    _post("The mayor opened the campaign of the Party of the Lake.", "x:town", _BEFORE, "legal"),
    _post("Sot në shkollë, foto me nxënësit tanë", "x:lake", _BEFORE, "legal"),
    _post("A photo from the school yard", "x:ana", _BEFORE, "legal", says=["photo", "school"]),
    _post("The town at the rally of the Party of the Lake", "x:town", _BEFORE, "legal"),
    _post("Nova škola za naše mesto", "x:lake", _BEFORE),
    _post("A better town", "x:lake", _BEFORE, "legal", kind="ad", ad={"start": "2027-10-01", "end": "2027-10-12"}),
    _post("A better town", "x:lake", _BEFORE, kind="ad", ad={"start": "2027-10-01", "end": "2027-10-11"}),
)
