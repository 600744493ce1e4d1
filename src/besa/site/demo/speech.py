"""What is said in the demo: templates with slots, in the languages and scripts of the field."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from random import Random

from besa.base.script import to_cyrillic
from besa.base.text import normal
from besa.site.demo.cast import Actor

_BARE = str.maketrans("ëçËÇšđčćžŠĐČĆŽ", "ecECsdcczSDCCZ")
_TAGS = {
    "ll": "PerLiqenin", "pbg": "ForcaEBregut", "upn": "PuneENdershme", "zj": "ZajednoJezerani",
    "pgj": "GjelberBashke", "td": "TriDritat",
}  # fmt: skip
#: Shorter than this, a text may stand at many accounts (as a detector of copies knows).
RECURS = 36
#: Shares of posts without the letters that phones make hard, and of Serbian in Cyrillic.
BARE_SQ, BARE_SR, CYRILLIC, MIXED = 0.3, 0.25, 0.3, 0.03


@cache
def phrases(language: str) -> Mapping:
    data = resources.files("besa.site.demo") / "phrases" / f"{language}.toml"
    return tomllib.loads(data.read_text(encoding="utf-8"))


class Speech:
    """Fills templates; all chance comes from the one generator it is given."""

    def __init__(self, chance: Random):
        self.chance = chance
        self.used: set[str] = set()

    def ordinary(self, kind: str, language: str, about: Actor, party: Actor | None, area: str) -> str:
        """A post of the campaign, of a newsroom or of citizens; `kind` is a list of the phrases."""
        return self._new(lambda: self._ordinary(kind, language, about, party, area))

    def planted(self, category: str, language: str, about: Actor, party: Actor | None, area: str, group: str) -> str:
        """A text of a planted category, now and then with a word before or after it."""
        return self._new(lambda: self._planted(category, language, about, party, area, group))

    def _new(self, say: Callable[[], str]) -> str:
        """Words that nobody has used yet: only what is planted as a copy is one. Greetings may recur."""
        for _ in range(30):
            text = say()
            words = normal(text)
            if len(words) < RECURS or words not in self.used:
                self.used.add(words)
                return text
        return f"{text} ({self.chance.randrange(1000, 9999)})"

    def _ordinary(self, kind: str, language: str, about: Actor, party: Actor | None, area: str) -> str:
        said = phrases(language)
        body = self.fill(self.chance.choice(said[kind]), language, about, party, area)
        if kind == "comments":
            if self.chance.random() < 0.5:
                body += " " + self.fill(self.chance.choice(said["comments"]), language, about, party, area)
            return self._written(body, language)
        parts = [self.fill(self.chance.choice(said["openers"]), language, about, party, area), body]
        if kind == "campaign" and self.chance.random() < 0.45:
            parts.append(self.fill(self.chance.choice(said["campaign"]), language, about, party, area))
        if self.chance.random() < MIXED:
            other = "en" if language != "en" else "sq"
            parts.append(self.fill(self.chance.choice(phrases(other)["closers"]), other, about, party, area))
        parts.append(self.fill(self.chance.choice(said["closers"]), language, about, party, area))
        return self._written(" ".join(part for part in parts if part), language)

    def _planted(self, category: str, language: str, about: Actor, party: Actor | None, area: str, group: str) -> str:
        said = phrases(language)
        text = self.fill(self.chance.choice(said[category]), language, about, party, area, group)
        if category not in ("false_voting", "fake_coord", "labelled_ad") and self.chance.random() < 0.55:
            text += " " + self.fill(self.chance.choice(said["comments"]), language, about, party, area)
        return self._written(text, language)

    def fill(
        self, template: str, language: str, about: Actor, party: Actor | None, area: str, group: str = "Jezeran"
    ) -> str:
        said, chance = phrases(language), self.chance
        issue = chance.randrange(len(said["issues"]))
        party_name = ""
        if party:
            party_name = party.named(language) if template.startswith("{party}") else party.short or party.name
        text = template.format(
            name=about.name, first=about.name.split()[0], party=party_name,
            place=said["places"].get(area, area), place_in=said.get("places_in", said["places"]).get(area, area),
            place_gen=said.get("places_gen", said["places"]).get(area, area), quarter=chance.choice(said["quarters"]),
            day=chance.choice(said["days"]), hour=f"{chance.randrange(9, 21)}:{chance.choice(('00', '30'))}",
            issue=said["issues"][issue], issue_bare=said.get("issues_bare", said["issues"])[issue],
            n=chance.randrange(3, 90), n2=chance.randrange(2, 9), vote="12 tetor",
            tag=_TAGS.get(party.slug if party else "", "Lumeria2027"),
            tagparty="".join(letter for letter in (party.short if party else "") if letter.isalnum()),
            group=said["groups"].get(group, group),
        )  # fmt: skip
        return text[:1].upper() + text[1:] if text[:2] != "#{" else text

    def _written(self, text: str, language: str) -> str:
        """As people type it: without ë and ç, without č and š, or in Cyrillic."""
        draw = self.chance.random()
        if language == "sq" and draw < BARE_SQ:
            return text.translate(_BARE)
        if language == "sr" and draw < BARE_SR:
            return text.translate(_BARE).replace("đ", "dj")
        if language == "sr" and draw < BARE_SR + CYRILLIC:
            return to_cyrillic(text)
        return text
