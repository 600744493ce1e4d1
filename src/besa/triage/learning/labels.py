"""What other people's labels say: yes or no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from besa.base.errors import BadInput
from besa.base.text import folded

_NO = frozenset(
    {
        "0", "0.0", "false", "f", "no", "n", "none", "not", "neg", "negative", "normal", "neutral", "neither", "clean",
        "ok", "okay", "other", "nothing", "acceptable", "no_issue", "nohate", "non_hate", "unt", "non_hateful",
        "nothateful", "ne", "jo", "nema", "asnje",
    }
)  # fmt: skip
_YES = frozenset(
    {
        "1", "1.0", "true", "t", "yes", "y", "pos", "positive", "off", "hate", "hateful", "abusive", "offensive",
        "toxic", "po", "da", "tin",
    }
)  # fmt: skip
_NEGATED = re.compile(r"^(not|non|no|un|jo|ne)[\s_\-]")


def positive(values: Sequence[str], *, where: str = "") -> np.ndarray:
    """Whether each label says that the text is of the concern.

    "0", "no", "not sexist", "NOT", "neutral" and the like say no, all others say yes; of two labels
    that both tell nothing ("a", "b") the rarer one says yes. Raises BadInput for one label only.
    """
    plain = [" ".join(value.lower().split()) for value in values]
    often = Counter(plain)
    no = {name for name in often if _says_no(name)}
    if not no:
        known = {name for name in often if name in _YES}
        if len(often) != 2 or len(known) > 1:
            raise BadInput(
                f"which label says “no” is not clear among: {', '.join(sorted(often)[:8])}.",
                where=where,
                remedy="Write 0 for no and 1 for yes.",
            )
        no = set(often) - known if known else {often.most_common(1)[0][0]}
    return np.array([name not in no for name in plain], bool)


def _says_no(name: str) -> bool:
    return folded(name).replace("-", "_").replace(" ", "_") in _NO or name in _NO or bool(_NEGATED.match(name))
