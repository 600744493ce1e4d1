"""The belt: the only place that knows in which order the rooms work.

Each room pulls what waits for it, so a turn may be cut off, repeated, or run twice at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from besa.base.errors import BesaError
from besa.outbox.actions import send_due
from besa.people.policy import BELT
from besa.pledge.models import Election
from besa.reply.actions import mark_served

log = logging.getLogger(__name__)


def turn(*, by=BELT, election: Election) -> dict[str, Any]:
    """One turn: learn, look at new posts, preserve what is kept, send mail, start the clocks of notices.

    Returns `triaged, docketed, preserved, sent, failed, served, trained, problems[]`. A step that cannot work
    now is named in `problems` and does not stop the others; it takes up its work at the next turn.
    """
    # the rooms with heavy libraries are loaded when the belt runs, not when it is imported
    from besa.evidence.actions import preserve_pending
    from besa.site.learning import train_if_due
    from besa.triage import actions as triage

    problems: list[str] = []
    trained = _step(problems, lambda: train_if_due(by=by, election=election), "")
    triaged = _step(problems, lambda: triage.run(by=by, election=election), {"posts": 0, "docketed": 0})
    preserved = _step(problems, lambda: preserve_pending(by=by, election=election), 0)
    mailed = _step(problems, lambda: send_due(by=by), {"sent": 0, "failed": 0})
    served = _step(problems, lambda: mark_served(by=by), 0)
    return {
        "triaged": triaged["posts"],
        "docketed": triaged["docketed"],
        "preserved": preserved,
        **mailed,
        "served": served,
        "trained": trained,
        "problems": problems,
    }


def _step(problems: list[str], work: Callable[[], Any], nothing: Any) -> Any:
    try:
        return work()
    except BesaError as error:
        problems.append(str(error))
    except OSError as error:
        log.exception("a step of the belt failed")
        problems.append(f"{type(error).__name__}: {error}")
    return nothing
