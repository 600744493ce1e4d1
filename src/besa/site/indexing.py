"""The index beside the corpus, brought up to date with what triage knows of near-copies."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from besa.base.home import Home
from besa.corpus import Corpus
from besa.corpus.index.keeping import Families, Index, State
from besa.triage.models import Family, Run


def refresh(*, rebuild: bool = False, advance: Callable[[int], None] | None = None) -> State:
    """Take in what came since, or make it anew from the corpus."""
    index = Index(Home.here().index, Corpus(Home.here().corpus))
    last = Run.objects.filter(state="done").order_by("-id").values_list("pk", flat=True).first()
    work = index.rebuild if rebuild else index.refresh
    return work(families=Families(str(last or ""), _copies), advance=advance)


def _copies() -> pa.Table:
    """The posts of each family of near-copies."""
    rows = Family.objects.filter(kind="text").order_by("id").values_list("key", "members").iterator()
    pairs = [(member, key) for key, members in rows for member in members]
    return pa.table({"post_key": [one for one, _ in pairs], "family": [key for _, key in pairs]})
