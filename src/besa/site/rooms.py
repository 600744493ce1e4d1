"""The rooms as the menu shows them: in the order of the method, only those that may be entered."""

from __future__ import annotations

from functools import lru_cache

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy

from besa.people import policy

#: Label and address of each entry; who may enter is what the page behind the address says itself.
ROOMS = (
    (gettext_lazy("Overview"), "/desk/"),
    (gettext_lazy("The Code"), "/desk/pledge/"),
    (gettext_lazy("Imports"), "/desk/collect/"),
    (gettext_lazy("Docket"), "/desk/docket/"),
    (gettext_lazy("Evidence"), "/desk/evidence/"),
    (gettext_lazy("Coding"), "/desk/coding/"),
    (gettext_lazy("Notices and replies"), "/desk/reply/"),
    (gettext_lazy("Reports"), "/desk/report/"),
)


@lru_cache(maxsize=64)
def _act_behind(path: str) -> str | None:
    try:
        return getattr(resolve(path).func, "besa_act", None)
    except Resolver404:
        return None


def rooms_for(user, election: str, here: str) -> list[dict]:
    """[{label, path, here}] for this user; the entry whose address is the longest match is `here`."""
    enterable = [
        (label, path) for label, path in ROOMS if (act := _act_behind(path)) and policy.may(user, act, election)
    ]
    longest = max((path for _, path in enterable if here.startswith(path)), key=len, default="")
    return [{"label": str(label), "path": path, "here": path == longest} for label, path in enterable]
