"""What the slice holds once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Pledge:
    """What the pack says. Every row is a dict of model fields; references are slugs (or account keys)."""

    election: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    phases: list[dict] = field(default_factory=list)
    legal_rules: list[dict] = field(default_factory=list)
    code: dict = field(default_factory=dict)
    code_where: str = "code.toml"
    principles: list[dict] = field(default_factory=list)
    areas: list[dict] = field(default_factory=list)
    actors: list[dict] = field(default_factory=list)
    affiliations: list[dict] = field(default_factory=list)
    signatures: list[dict] = field(default_factory=list)
    accounts: list[dict] = field(default_factory=list)
    identities: list[dict] = field(default_factory=list)

    @property
    def clauses(self) -> list[dict]:
        return [clause for principle in self.principles for clause in principle["clauses"]]
