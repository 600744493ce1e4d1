"""Posts that say nearly what somebody has checked and found wrong. A pointer to the check, never a verdict."""

from __future__ import annotations

import ibis
import pyarrow as pa

from besa.corpus.engines.flow import flow
from besa.triage.detectors.claims import alike, find
from besa.triage.detectors.claims.examples import EXAMPLE_CLAIMS, EXAMPLES, EXAMPLES_NEW
from besa.triage.types import FOUND, ClaimSpec, Resources

__all__ = ["EXAMPLES", "EXAMPLES_NEW", "EXAMPLE_CLAIMS", "detect", "detect_new", "reason"]

#: The least and most that a likeness counts for, by how the check came out; what was found true counts for nothing.
SCORES = {"false": (0.35, 0.7), "misleading": (0.3, 0.6), "unclear": (0.2, 0.4)}
_AT_ONCE = 20_000


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post that says a checked claim: the one that it is most like."""
    return _found(batch, resources.claims, resources)


def detect_new(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    """The same among all posts, those of earlier runs too, for claims that came since the last run."""
    if not resources.new_claims:
        return ibis.memtable(_NOTHING)
    told = posts.select("post_key", "observation_id", "text", "title")
    found = [_found(batch, resources.new_claims, resources) for batch in flow(told, _AT_ONCE)]
    return ibis.memtable(pa.concat_tables([_NOTHING, *(table.drop_columns("spans") for table in found)]))


def reason(spec: ClaimSpec) -> str:
    """The sentence that names the check; it is also by what the posts of a claim are found again."""
    said = f"says nearly what {spec.reviewer} checked and rated “{spec.rating}”: “{spec.texts[0][1]}”"
    return said + (f" ({spec.url})" if spec.url else "")


_NOTHING = FOUND.empty_table().drop_columns("spans")


def _found(batch: pa.Table, claims: tuple[ClaimSpec, ...], resources: Resources) -> pa.Table:
    index = find.index(tuple(claim for claim in claims if claim.verdict in SCORES))
    if index is None or not batch.num_rows:
        return FOUND.empty_table()
    texts, titles = batch["text"].to_pylist(), batch["title"].to_pylist()
    joined = [f"{text or ''} {title}" if title else text for text, title in zip(texts, titles, strict=True)]
    best: dict[int, tuple[float, int, alike.Match, ClaimSpec, bool]] = {}
    for at, place in find.candidates(index, joined):
        spec, language, claim = index.texts[place]
        match, in_text = alike.match(claim, texts[at] or "", language), True
        if match is None and titles[at]:
            match, in_text = alike.match(claim, titles[at], language), False
        if match and (at not in best or (match.similarity, -spec.number) > best[at][:2]):
            best[at] = (match.similarity, -spec.number, match, spec, in_text)
    rows = []
    for at, (similarity, _, match, spec, in_text) in sorted(best.items()):
        least, most = SCORES[spec.verdict]
        rows.append(
            {
                "post_key": batch["post_key"][at].as_py(),
                "observation_id": batch["observation_id"][at].as_py(),
                "concern": "falsehood",
                "clause": spec.clause or resources.clauses.get("falsehood", ""),
                "score": round(least + (most - least) * (similarity - alike.ENOUGH) / (1 - alike.ENOUGH), 3)
                if similarity > alike.ENOUGH
                else least,
                "spans": [{"start": match.start, "end": match.end}] if in_text else [],
                "reason": reason(spec),
            }
        )
    return pa.Table.from_pylist(rows, schema=FOUND)
