"""Whether each file that casework speaks of is in the vault, and where it is not, whether it was lawfully erased.

Exhibits and their time-stamps are judged by the evidence room (`evidence.verifier`).
"""

from __future__ import annotations

from collections.abc import Iterator

from besa.collect.models import CapturedFile, Tip
from besa.reply.models import Dossier
from besa.retention.models import Erasure, Tombstone
from besa.triage.models import TrainedModel
from besa.vault import Vault

#: Where casework speaks of a file, and what it is called there.
_SPOKEN = (
    (CapturedFile, "sha256", "captured file"),
    (Tip, "picture_sha256", "picture of a tip"),
    (Tip, "copy_sha256", "picture of a tip"),
    (Dossier, "sha256", "dossier"),
    (TrainedModel, "sha256", "model"),
)


def vault_problems(vault: Vault) -> Iterator[dict[str, str]]:
    """`{where, problem}` for each file that was lost, and for each note of an erasure that the ledger knows nothing of.

    The note in the vault tells a reader why a file is gone; only a row that the ledger vouches for proves it.
    """
    stones = set(Tombstone.objects.values_list("sha256", flat=True))
    for model, column, what in _SPOKEN:
        rows = model.objects.exclude(**{column: ""}).order_by("pk").values_list("pk", column)
        for pk, sha256 in rows.iterator():
            if sha256 not in stones and not vault.has(sha256):
                yield {"where": f"{what} {pk} ({sha256})", "problem": "is missing, and was not erased"}
    under_way = set(Erasure.objects.filter(state="intent").values_list("erasure_id", flat=True))
    for sha256, erasure in vault.all_erased().items():
        if sha256 not in stones and erasure not in under_way:
            yield {"where": sha256, "problem": "is called erased, but the ledger knows of no such erasure"}
