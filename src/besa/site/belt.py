"""The belt: the only place that knows in which order the rooms work.

Each room pulls what waits for it, so a turn may be cut off, repeated, or run twice at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from besa.base.errors import BesaError, Conflict
from besa.base.home import Home
from besa.outbox.actions import send_due
from besa.people.policy import BELT
from besa.pledge.models import Election
from besa.reply.actions import mark_served

log = logging.getLogger(__name__)


def turn(*, by=BELT, election: Election) -> dict[str, Any]:
    """One turn: finish erasures and erase what is due, ask live sources, learn, bring in what was captured or
    delivered, look at new posts, preserve what is kept, have it time-stamped, keep the legal clocks, send mail, start
    the clocks of notices, lay small files of the corpus together, bring the index up to date.

    Returns `polled, collected, entered, triaged, docketed, preserved, opened, rechecked, stamped, sent, failed,
    served, trained, clocks, erased, problems[]`. A step that cannot work now is named in `problems` and
    does not stop the others; it takes up its work next time.
    """
    # the rooms with heavy libraries are loaded when the belt runs, not when it is imported
    from besa.collect.actions import enter_pending, import_delivered
    from besa.corpus import Corpus
    from besa.evidence.actions import preserve_pending
    from besa.evidence.actions.pictures import hash_pictures
    from besa.evidence.actions.stamps import stamp_pending
    from besa.report.actions.stamps import stamp_editions
    from besa.retention.actions import keep_erased
    from besa.site import indexing, triaging
    from besa.site.clocks import keep_clocks
    from besa.site.learning import train_if_due
    from besa.triage import actions as triage

    problems: list[str] = []
    erased = _step(problems, lambda: _erased(by, election), 0)
    collected = _step(problems, lambda: _polled(by, election), _NOTHING)
    entered = _step(problems, lambda: import_delivered(by=by) + enter_pending(by=by, election=election), 0)
    erased += _step(problems, lambda: keep_erased(by=by, election=election), 0)
    put = _step(problems, lambda: triage.put_captured(by=by, election=election), 0)
    trained = _step(problems, lambda: train_if_due(by=by, election=election), "")
    triaged = _step(problems, lambda: triaging.run(by=by, election=election), {"posts": 0, "docketed": 0})
    preserved = _step(problems, lambda: preserve_pending(by=by, election=election), 0)
    _step(problems, lambda: hash_pictures(by=by, election=election), 0)
    opened = _step(problems, lambda: _opened(by, election), 0)
    rechecked = _step(problems, lambda: _rechecked(by, election), 0)
    stamped = _step(problems, lambda: stamp_pending(by=by, election=election)["stamped"], 0)
    stamped += _step(problems, lambda: stamp_editions(by=by, election=election)["stamped"], 0)
    clocks = _step(problems, lambda: keep_clocks(by=by, election=election), _NO_CLOCKS)
    mailed = _step(problems, lambda: send_due(by=by), {"sent": 0, "failed": 0})
    served = _step(problems, lambda: mark_served(by=by), 0)
    _step(problems, lambda: Corpus(Home.here().corpus).compact(), 0)
    _step(problems, indexing.refresh, None)
    return {
        "polled": collected["polled"],
        "collected": collected["new"],
        "entered": entered,
        "triaged": triaged["posts"],
        "docketed": triaged["docketed"] + put,
        "preserved": preserved,
        "opened": opened,
        "rechecked": rechecked,
        "stamped": stamped,
        **mailed,
        "served": served,
        "trained": trained,
        "clocks": sum(clocks.values()),
        "erased": erased,
        "problems": problems,
    }


_NOTHING = {"polled": 0, "new": 0}
_NO_CLOCKS = {"set": 0, "stopped": 0, "warned": 0}


def _polled(by, election: Election) -> dict[str, Any]:
    """A round of polls, unless another process (`besa poll`) is about it."""
    from besa.collect.actions import poll

    try:
        return poll(by=by, election=election)
    except Conflict:
        return _NOTHING


def _erased(by, election: Election) -> int:
    """Erasures that a process left unfinished, and what has fallen due under the rules that run by themselves."""
    from besa.retention.actions import finish_pending, run_due

    return finish_pending(by=by, election=election) + run_due(by=by, election=election)


def _opened(by, election: Election) -> int:
    """Pages of docketed posts captured by the browser; a few in a turn, so that mail need not wait."""
    from besa.evidence.actions.pages import capture_pages, want_pages

    want_pages(by=by, election=election)
    return capture_pages(by=by, election=election, limit=5)["captured"]


def _rechecked(by, election: Election) -> int:
    """Posts that are looked at again; those of decided violations first."""
    from besa.coding.models import Finding
    from besa.evidence.actions.rechecks import recheck_due

    decided = Finding.objects.filter(election=election, decision="violation")
    items = frozenset(decided.values_list("adjudication__item", flat=True))
    return recheck_due(by=by, election=election, decided=items)


def _step(problems: list[str], work: Callable[[], Any], nothing: Any) -> Any:
    try:
        return work()
    except BesaError as error:
        problems.append(str(error))
    except OSError as error:
        log.exception("a step of the belt failed")
        problems.append(f"{type(error).__name__}: {error}")
    return nothing
