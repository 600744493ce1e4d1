"""What every pass over posts needs: that no other goes on meanwhile, and signals as the corpus keeps them."""

from __future__ import annotations

from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from besa.base.errors import Conflict
from besa.base.home import Home
from besa.corpus.schema import SIGNALS
from besa.pledge.models import Election
from besa.triage import rules
from besa.triage.models import Run
from besa.triage.types import Detector


@contextmanager
def alone(home: Home, election: Election):
    try:
        with FileLock(home.root / f"triage-{election.slug}.lock", timeout=0):
            yield
    except Timeout:
        raise Conflict("Triage is already running.", remedy="Wait for it to end, then look at the docket.") from None


def signed(detector: Detector, found: pa.Table, held: Run) -> pa.Table:
    """Signals as the corpus keeps them; their names depend on what was seen only, their time on the run."""
    n = found.num_rows
    clauses = pc.fill_null(found["clause"], "")
    named = zip(*(found[name].to_pylist() for name in ("post_key", "observation_id", "concern")), clauses.to_pylist(),
                strict=True)  # fmt: skip
    columns = {name: found[name] for name in found.column_names} | {
        "signal_id": pa.array([rules.signal_id(detector, *row) for row in named], pa.string()),
        "detector": pa.repeat(detector.name, n),
        "detector_version": pa.repeat(detector.version, n),
        "made_at": pa.repeat(pa.scalar(held.started_at, SIGNALS.field("made_at").type), n),
    }
    columns.setdefault("spans", pa.array([[]] * n, SIGNALS.field("spans").type))
    return pa.table([columns[name] for name in SIGNALS.names], SIGNALS.names).cast(SIGNALS)
