"""The rooms as the menu shows them: in the order of the method, only those that may be entered."""

from __future__ import annotations

from functools import lru_cache

from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy

from besa.people import policy

#: Label and address of each entry; who may enter is what the page behind the address says itself.
ROOMS = (
    (gettext_lazy("Overview"), "home"),
    (gettext_lazy("The Code"), "code"),
    (gettext_lazy("Signatories"), "signatories"),
    (gettext_lazy("Watch-list"), "watchlist"),
    (gettext_lazy("Imports"), "imports"),
    (gettext_lazy("Capture"), "captures"),
    (gettext_lazy("Tips"), "tips"),
    (gettext_lazy("Sources"), "sources"),
    (gettext_lazy("Coverage"), "coverage"),
    (gettext_lazy("Explorer"), "explorer"),
    (gettext_lazy("Docket"), "docket"),
    (gettext_lazy("Pages"), "pages"),
    (gettext_lazy("Coding"), "coding_home"),
    (gettext_lazy("Findings"), "findings"),
    (gettext_lazy("Agreement"), "agreement"),
    (gettext_lazy("Notices and replies"), "notices"),
    (gettext_lazy("Cases"), "cases"),
    (gettext_lazy("Reports"), "reports"),
    (gettext_lazy("Private names"), "names"),
    (gettext_lazy("Keeping and erasing"), "retention"),
)


@lru_cache(maxsize=64)
def _room(name: str) -> tuple[str, str]:
    """(path, act) of a page by its name."""
    path = reverse(name)
    return path, resolve(path).func.besa_act


def rooms_for(user, election: str, here: str) -> list[dict]:
    """[{label, path, here}] for this user; the entry whose address is the longest match is `here`."""
    enterable = []
    for label, name in ROOMS:
        path, act = _room(name)
        if policy.may(user, act, election):
            enterable.append((label, path))
    longest = max((path for _, path in enterable if here.startswith(path)), key=len, default="")
    return [{"label": str(label), "path": path, "here": path == longest} for label, path in enterable]
