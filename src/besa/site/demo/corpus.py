"""The invented posts of the demo, the truth about them, and the export files that hold them.

Deterministic for a seed: the same files byte for byte on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from besa.collect.rules.addresses import made_id
from besa.site.demo import cast, files, scenes
from besa.site.demo.cast import Account, Actor, Cast
from besa.site.demo.planting import PLAN, Kind, Planted, answers_of
from besa.site.demo.speech import Speech

ZONE = ZoneInfo("Europe/Belgrade")
#: Files are delivered for these spans of local days (first, last).
BATCHES = (
    (date(2027, 8, 30), date(2027, 9, 12)), (date(2027, 9, 13), date(2027, 9, 19)),
    (date(2027, 9, 20), date(2027, 9, 26)), (date(2027, 9, 27), date(2027, 10, 3)),
    (date(2027, 10, 4), date(2027, 10, 10)), (date(2027, 10, 11), date(2027, 10, 17)),
    (date(2027, 10, 18), date(2027, 10, 26)),
)  # fmt: skip
#: What is captured while the polls are open comes the same day, under this number.
POLLING_DAY, SAME_DAY = date(2027, 10, 12), -1
#: How busy a day of each batch is: quiet before and after, loud in the campaign.
_BUSY = (0.6, 1.0, 1.1, 1.2, 1.5, 1.3, 0.65)
#: Posts by the hour of the local day.
_HOURS = (2, 1, 1, 0, 0, 1, 4, 8, 10, 9, 8, 8, 9, 8, 7, 7, 8, 10, 13, 16, 17, 14, 9, 5)
#: Where ordinary posts come from, in per cent.
_MIX = {"facebook": 34, "facebook-comments": 27, "instagram": 9, "tiktok": 7, "tiktok-comments": 14, "x": 9}
#: Days before anything is monitored, from which files always bring a few posts.
_EARLY = tuple(date(2027, 8, day) for day in range(20, 30))
_LAST = datetime(2027, 10, 26, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """One post before it is written into a file of some format."""

    id: str
    source: str
    account: Account
    text: str
    at: datetime
    parent: Said | None = None
    label: str = ""
    sponsor: str = ""
    reach: int = 0
    title: str = ""
    url: str = ""
    ad: Mapping = field(default_factory=dict)
    #: captured on the day itself, apart from the weekly files
    same_day: bool = False

    @property
    def post_key(self) -> str:
        """As the corpus will name it."""
        if self.source == "portal":
            return f"portal:{made_id(self.url)}"
        if self.source == "meta-ad-library":
            return f"facebook:ad-{self.id}"
        platform = self.source.removesuffix("-comments").removesuffix("-archive")
        return f"{platform}:mcl-{self.id}" if self.source in ("facebook", "instagram") else f"{platform}:{self.id}"


@dataclass
class Truth:
    """What is known about the files: everything that was planted, by post key."""

    seed: int
    posts: int = 0
    files: list[dict] = field(default_factory=list)
    planted: dict[str, Planted] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for planted in self.planted.values():
            found[planted.category] = found.get(planted.category, 0) + 1
        return dict(sorted(found.items()))

    def write(self, path: Path) -> None:
        body = {"seed": self.seed, "posts": self.posts, "files": self.files, "counts": self.counts()}
        body["planted"] = {key: asdict(self.planted[key]) for key in sorted(self.planted)}
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1, default=str), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Truth:
        body = json.loads(path.read_text(encoding="utf-8"))
        planted = {key: Planted(**value) for key, value in body["planted"].items()}
        return cls(seed=body["seed"], posts=body["posts"], files=body["files"], planted=planted)


def write(folder: Path, *, posts: int = 9500, seed: int = 2027) -> Truth:
    """Write the export files and `truth.json` into `folder`; about `posts` posts in all."""
    folder.mkdir(parents=True, exist_ok=True)
    said, truth = _Talk(cast.read(), Random(seed), seed).all(posts)
    truth.posts = len(said)
    for number, (first, last) in enumerate(BATCHES):
        batch = [post for post in said if _batch(post.at) == number and not post.same_day]
        _write(folder, f"{first:%Y%m%d}-{last:%m%d}", batch, number, truth)
    _write(folder, f"{POLLING_DAY:%Y%m%d}", [post for post in said if post.same_day], SAME_DAY, truth)
    (folder / "facebook-comments.toml").write_text(files.MAPPING, encoding="utf-8")
    (folder / files.CLAIMS_NAME).write_text(files.CLAIMS, encoding="utf-8")
    truth.write(folder / "truth.json")
    return truth


def _write(folder: Path, name: str, batch: list[Said], number: int, truth: Truth) -> None:
    for source in sorted({post.source for post in batch}):
        rows = sorted((post for post in batch if post.source == source), key=lambda post: (post.at, post.id))
        path = files.write(folder, name, source, rows, truth.seed)
        truth.files.append({"file": path.name, "source": source, "batch": number, "posts": len(rows)})


def _batch(at: datetime) -> int:
    day = at.astimezone(ZONE).date()
    return next((number for number, (_, last) in enumerate(BATCHES) if day <= last), len(BATCHES) - 1)


class _Talk:
    """Everything that is said, in the order in which chance decides it."""

    def __init__(self, people: Cast, chance: Random, seed: int):
        self.people, self.chance, self.speech = people, chance, Speech(chance)
        self.truth = Truth(seed)
        self.said: list[Said] = []
        self.number = 0
        self.areas = sorted({actor.area for actor in people.actors.values() if actor.area})
        self.parties = [actor for actor in people.actors.values() if actor.kind in ("party", "coalition")]
        days = [
            (first + timedelta(days=offset), busy)
            for (first, last), busy in zip(BATCHES, _BUSY, strict=True)
            for offset in range((last - first).days + 1)
        ]
        self.days, self.busy = [day for day, _ in days], [busy for _, busy in days]

    def all(self, posts: int) -> tuple[list[Said], Truth]:
        scale = min(1.0, posts / 9500)
        planted = sum(max(1, round(kind.number * scale)) for kind in PLAN)
        self._ordinary(max(posts - round(planted * 1.15), 200))
        for kind in PLAN:
            for _ in range(max(1, round(kind.number * scale))):
                self._plant(kind)
        self._repeat(max(2, round(12 * scale)))
        self._stage()
        return self.said, self.truth

    # what is said by everybody

    def _ordinary(self, number: int) -> None:
        sources = self.chance.choices(list(_MIX), list(_MIX.values()), k=number)
        hosts: dict[str, list[Said]] = {"facebook": [], "tiktok": []}
        for source in sorted(sources, key=lambda name: name.endswith("comments")):
            platform = source.removesuffix("-comments")
            if source != platform:
                host = self.chance.choice(hosts[platform])
                account = self._citizen(platform, host.account.language)
                after = timedelta(seconds=int(self.chance.expovariate(1 / 21000)) + 40)
                self._say(source, account, self._words("comments", account, host.account), host.at + after, host)
                continue
            account = self._speaker(platform)
            if source == "facebook" and self.chance.random() < 0.03:
                source = "facebook-archive"  # what an old CrowdTangle download still holds
            at = self._moment(_EARLY if self.chance.random() < 0.006 else ())
            post = self._say(source, account, self._words(_list_for(account), account, account), at)
            if platform in hosts:
                hosts[platform].append(post)

    def _speaker(self, platform: str) -> Account:
        """Mostly accounts of the watch-list; now and then somebody whom nobody watches."""
        if self.chance.random() < 0.05:
            return self._citizen("x" if platform == "x" else "facebook" if platform == "instagram" else platform, "")
        known = [account for account in self.people.accounts if account.platform == platform]
        weights = [_LOUD.get(account.actor.kind if account.actor else "", 1.0) for account in known]
        return self.chance.choices(known, weights)[0]

    def _citizen(self, platform: str, language: str) -> Account:
        known = [account for account in self.people.citizens if account.platform == platform]
        alike = [account for account in known if account.language == language] if language else known
        return self.chance.choice(alike if alike and self.chance.random() < 0.85 else known)

    def _words(self, phrases: str, account: Account, near: Account) -> str:
        actor = near.actor
        party = self.people.actors.get(actor.party) if actor else None
        if actor and actor.kind in ("party", "coalition"):
            party = actor
        about = actor if actor and actor.party else self.chance.choice(self.people.persons())
        area = actor.area if actor and actor.area else self.chance.choice(self.areas)
        return self.speech.ordinary(phrases, account.language, about, party or self.chance.choice(self.parties), area)

    # what is planted

    def _plant(self, kind: Kind) -> None:
        account, host = self._source(kind)
        language = account.language
        target = self._target(kind, account)
        party = self._party(kind, account, target)
        area = target.area or self.chance.choice(self.areas)
        group = self.chance.choice([name for name in ("Jezeran", "Karavel", "Bregan") if name != _community(account)])
        about = target
        if kind.verdict == "compliance" and kind.category == "labelled_ad" and account.actor:
            party = self.people.actors.get(account.actor.party) or account.actor
        text = self.speech.planted(kind.category, language, about, party, area, group)
        at = self._moment(kind.days)
        if host:
            at = min(host.at + timedelta(minutes=self.chance.randrange(5, 900)), _LAST)
        label = "paid partnership" if kind.category == "labelled_ad" else ""
        sponsor = party.named(language) if label and party else ""
        post = self._say(_source_of(account, host), account, text, at, host, label=label, sponsor=sponsor)
        self._know(post, kind, target, party, group)
        if kind.category == "fake_coord":
            self._echo(post, kind, target, party, group)

    def _echo(self, first: Said, kind: Kind, target: Actor, party: Actor | None, group: str) -> None:
        """The same words within a minute, from pages that pretend not to know each other."""
        pages = [account for account in self.people.of("anonymous_page", "diaspora_page") if account != first.account]
        for number, account in enumerate(self.chance.sample([p for p in pages if p.platform == "facebook"], 4)):
            at = first.at + timedelta(seconds=9 + 11 * number)
            self._know(self._say("facebook", account, first.text, at), kind, target, party, group)

    def _repeat(self, number: int) -> None:
        """Copies of one text by other accounts: several instances of one content."""
        originals = [post for post in self.said if post.post_key in self.truth.planted and post.parent is None]
        originals = [p for p in originals if self.truth.planted[p.post_key].category in ("hate_group", "disinfo_party")]
        for post in self.chance.sample(originals, min(number, len(originals))):
            account = self.chance.choice(self.people.of("anonymous_page", "council_candidate"))
            at = min(post.at + timedelta(hours=self.chance.randrange(1, 20)), _LAST)
            copy = self._say(_source_of(account, None), account, post.text, at)
            known = self.truth.planted[post.post_key]
            self.truth.planted[copy.post_key] = answers_of(
                PLAN_BY[known.category], account, self._actor(known), None, copy_of=known
            )

    def _stage(self) -> None:
        """The scenes come last, so that they change nothing of what chance decided before."""
        actors = self.people.actors
        for line in scenes.lines(self.people, ZONE):
            staged = {name: getattr(line, name) for name in ("title", "url", "ad", "same_day")}
            post = self._say(line.source, line.account, line.text, line.at, reach=line.reach, **staged)
            if line.truth:
                target, party = actors.get(line.about), actors.get(line.party)
                self._know(post, PLAN_BY[line.truth], target, party, "")

    def _actor(self, known: Planted) -> Actor | None:
        return self.people.actors.get(next((target["actor"] for target in known.targets if target["actor"]), ""))

    def _source(self, kind: Kind) -> tuple[Account, Said | None]:
        by = self.chance.choice(kind.by)
        if by == "citizen":
            hosts = [post for post in self.said if post.source in ("facebook", "tiktok") and post.account.actor]
            hosts = [post for post in hosts if not kind.days or post.at.astimezone(ZONE).date() in kind.days] or hosts
            host = self.chance.choice(hosts)
            platform = host.source
            return self._citizen(platform, host.account.language), host
        if by in ("impersonation", "claimed_hacked", "parody"):
            return self.chance.choice([account for account in self.people.accounts if account.status == by]), None
        known = [account for account in self.people.of(by) if account.status in ("authentic", "administrator_unknown")]
        # most of what is found stands on Facebook (as in the field)
        weights = [6 if account.platform == "facebook" else 1 for account in known]
        return self.chance.choices(known, weights)[0], None

    def _target(self, kind: Kind, account: Account) -> Actor:
        actor = account.actor
        if account.status == "impersonation" and actor:
            return actor
        own = actor.party or actor.slug if actor else ""
        known = [
            person for person in self.people.persons(kind.target_gender) if person.party != own and person != actor
        ]
        near = [person for person in known if actor and person.area == actor.area and person.kind == "mayor_candidate"]
        return self.chance.choice(near if near and self.chance.random() < 0.6 else known)

    def _party(self, kind: Kind, account: Account, target: Actor) -> Actor | None:
        party = self.people.actors.get(target.party)
        if kind.category == "ad_hidden":
            return self.people.actors.get(account.actor.party if account.actor else "") or party
        return party

    def _know(self, post: Said, kind: Kind, target: Actor | None, party: Actor | None, group: str) -> None:
        self.truth.planted[post.post_key] = answers_of(kind, post.account, target, party, group=group)

    # when, and by which file it comes

    def _moment(self, days: tuple[date, ...] = ()) -> datetime:
        day = self.chance.choice(days) if days else self.chance.choices(self.days, self.busy)[0]
        hour = self.chance.choices(range(24), _HOURS)[0]
        minute, second = self.chance.randrange(60), self.chance.randrange(60)
        local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZONE)
        return min(local.astimezone(UTC), _LAST)

    def _say(
        self, source: str, account: Account, text: str, at: datetime, parent=None, *, label="", sponsor="",
        reach: int | None = None, **staged,
    ) -> Said:  # fmt: skip
        self.number += 1
        if reach is None:
            reach = int(self.chance.lognormvariate(3.2 if parent is None else 0.6, 1.1))
        post = Said(
            str(7405000000000000 + 7919 * self.number), source, account, text.strip(), min(at, _LAST), parent, label,
            sponsor, reach, **staged,
        )  # fmt: skip
        self.said.append(post)
        return post


#: Who posts how much.
_LOUD = {"party": 7, "coalition": 7, "mayor_candidate": 3, "media": 8, "civil_society": 2, "anonymous_page": 2}
PLAN_BY = {kind.category: kind for kind in PLAN}


def _community(account: Account) -> str:
    return account.actor.community if account.actor else ""


def _list_for(account: Account) -> str:
    kind = account.actor.kind if account.actor else ""
    if kind == "media":
        return "news"
    return "civic" if kind in ("civil_society", "institution") else "campaign"


def _source_of(account: Account, host: Said | None) -> str:
    return f"{host.source}-comments" if host else account.platform
