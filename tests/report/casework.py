"""Random, invented casework written straight into the tables: what the report must then count right."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from django.db import transaction

import make
from besa.base.ids import sha256_hex
from besa.base.weeks import local_date, week_of
from besa.coding.models import Adjudication, Codebook, Coding, Finding, FindingTarget, Screening
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge import models as pledge
from besa.pledge.queries import phase_of
from besa.reply.models import Notice, Remedy, Reply
from besa.triage.models import DocketItem

TYPES = ["hate_speech", "personal_bullying", "disinformation", "incitement"]
GOOD = ["constructive_dialogue", "spoke_out"]
START = datetime(2027, 8, 30, 8, 0, tzinfo=UTC)


@transaction.atomic
def more_people(election) -> None:
    """A third party that never signed, an outlet, candidates without a known gender or area."""
    rows = []

    def add(row):
        row.save()
        rows.append(row)
        return row

    third = add(pledge.Actor(election=election, slug="pf", kind="party", name="Party of the Field", short_name="PF"))
    add(pledge.Area(election=election, slug="bregu", names={"en": "Bregu", "sr-Latn": "Breg"}, monitored=True))
    add(pledge.Actor(election=election, slug="radio-lum", kind="media", name="Radio Lum"))
    for slug, gender, community in [("cana-pf", "woman", "Hill people"), ("dino-pf", "unknown", "")]:
        person = add(
            pledge.Actor(
                election=election, slug=slug, kind="council_candidate", name=f"Person {slug}", gender=gender,
                community=community,
            )
        )  # fmt: skip
        add(pledge.Affiliation(actor=person, party=third, grade="confirmed", how_known="candidate list"))
    record(by=BELT, act="test.people", rows=rows, election=election.slug)


@transaction.atomic
def in_languages(election, *tags: str) -> None:
    """Fewer languages make editions quicker to write."""
    election.languages = list(tags)
    election.save()
    record(by=BELT, act="test.languages", rows=[election], election=election.slug)


@transaction.atomic
def findings(election, users, number: int, seed: int = 1, *, weeks: int = 3, **fixed) -> list[Finding]:
    """`number` decided posts with one finding each; every column drawn at random, or as `fixed` says."""
    chance = random.Random(seed)
    actors = list(pledge.Actor.objects.filter(election=election).order_by("slug"))
    parties = [actor for actor in actors if actor.kind == "party"]
    people = [actor for actor in actors if actor.kind != "party"]
    areas = [*pledge.Area.objects.filter(election=election), None]
    clauses = list(pledge.Clause.objects.filter(principle__code__election=election))
    codebook = Codebook.objects.filter(election=election).first()
    rows: list = []

    def add(row):
        row.save()
        rows.append(row)
        return row

    codebook = codebook or add(Codebook(election=election, version="1", body={"variables": []}))
    made = []
    so_far = Finding.objects.filter(election=election).count()
    for index in range(number):
        posted = fixed.get("posted_at") or START + timedelta(minutes=chance.randrange(weeks * 7 * 24 * 60 - 600))
        day = local_date(posted, election.timezone)
        phase = phase_of(election, day)
        decision = fixed.get("decision") or chance.choice(["violation"] * 4 + ["compliance"])
        text = f"Invented text {chance.randrange(max(2, number // 2))}"
        item = add(
            DocketItem(
                election=election, post_key=f"facebook:f{seed}-{so_far + index}",
                observation_id=sha256_hex(f"{seed}{index}"), corpus_version=0,
                platform=chance.choice(["facebook", "instagram", "tiktok"]), kind="post", text=text,
                account=chance.choice([*pledge.Account.objects.filter(election=election), None]),
                language=chance.choice(["sq", "sr", "en", "und"]), posted_at=posted, family=sha256_hex(text),
                route="watch_list", sample=fixed.get("sample") or chance.choice(["ranked", "control", "duty"]),
                week=week_of(day), phase=phase.kind if phase else "outside",
                put_at=posted,
            )
        )  # fmt: skip
        add(Screening(item=item, coder=users["coder"], key="look", at=posted))
        add(
            Coding(item=item, coder=users["coder"], place=1, codebook=codebook, answers={}, verdict=decision, at=posted)
        )
        if fixed.get("undecided"):
            continue
        decided = posted + timedelta(hours=5)
        adjudication = add(
            Adjudication(item=item, adjudicator=users["adjudicator"], decision=decision, reason="A reason.", at=decided)
        )
        source = fixed["source"] if "source" in fixed else chance.choice([*people, *people, *parties, None])
        affiliated = pledge.Affiliation.objects.filter(actor=source).first() if source else None
        grade = fixed.get("grade") or (chance.choice(["confirmed", "confirmed", "probable"]) if source else "unknown")
        finding = add(
            Finding(
                adjudication=adjudication, election=election, number=f"F-{so_far + index + 1:04d}", decision=decision,
                type=chance.choice(TYPES if decision == "violation" else GOOD), clause=chance.choice(clauses),
                severity=chance.randrange(4), content=item.family, platform=item.platform, language=item.language,
                route=item.route, sample=item.sample, posted_at=posted, week=item.week, phase=item.phase,
                area=chance.choice(areas), source=source, source_class=source.kind if source else "unknown",
                source_gender=source.gender if source else "unknown", identity_grade=grade,
                party=affiliated.party if affiliated else source if source and source.kind == "party" else None,
                affiliation_grade="confirmed" if affiliated else "unknown",
                signatory_status=chance.choice(["signed", "late_signed", "not_yet", "withdrawn", "never"]),
                party_signatory_status=chance.choice(["signed", "never"]), decided_at=decided,
            )
        )  # fmt: skip
        made.append(finding)
        for _ in range(chance.randrange(4) if decision == "violation" else 0):
            actor = chance.choice([*people, *parties, None])
            party = pledge.Affiliation.objects.filter(actor=actor).first() if actor else None
            kind = "person" if actor is None or actor.kind != "party" else "party"
            add(
                FindingTarget(
                    finding=finding, kind=kind, actor=actor, actor_kind=actor.kind if actor else "unknown",
                    party=party.party if party else actor if kind == "party" else None,
                    gender=actor.gender if actor and kind == "person" else "unknown",
                    community=actor.community if actor else "",
                )
            )  # fmt: skip
        if decision == "violation" and source and grade == "confirmed":
            _notice(add, chance, finding, source, decided, fixed.get("notice"))
    record(by=BELT, act="test.casework", rows=rows, election=election.slug)
    return made


def _notice(add, chance, finding, source, decided, fixed) -> None:
    state = fixed or chance.choice(["passed", "passed", "replied", "running", "unreachable", "intent", "disputed"])
    served = decided + timedelta(hours=1)
    far = datetime(2028, 1, 1, tzinfo=UTC)
    recipients = [(source, False)]
    if finding.party and finding.party != source:
        recipients.append((finding.party, True))
    for recipient, as_party in recipients:
        sent = state not in ("unreachable", "intent")
        notice = add(
            Notice(
                finding=finding, recipient=recipient, as_party=as_party, language="en",
                state="served" if sent else state, served_at=served if sent else None,
                deadline_at=(far if state == "running" else served + timedelta(hours=48)) if sent else None,
            )
        )  # fmt: skip
        if state in ("replied", "disputed") and not as_party:
            kind = "answer" if state == "replied" else "hacked"
            hours = chance.randrange(1, 40)
            add(
                Reply(notice=notice, kind=kind, text=f"We answer {finding.number}.", at=served + timedelta(hours=hours))
            )
    if state == "replied" and chance.random() < 0.6:
        author = chance.random() < 0.7
        add(
            Remedy(
                finding=finding, kind="removed", gone_cause="author" if author else "platform", vantage_points=2,
                seen_at=served + timedelta(hours=50), by="coordinator",
            )
        )  # fmt: skip


@transaction.atomic
def read_posts(election, users, number: int, seed: int = 5, sample: str = "control") -> None:
    """Posts of a sample that were screened as nothing."""
    chance, rows = random.Random(seed), []
    for index in range(number):
        posted = START + timedelta(hours=chance.randrange(24 * 20))
        item = make.docket_item(
            election, f"Harmless {index}", posted_at=posted, sample=sample, put_at=posted, week=week_of(posted.date())
        )
        screening = Screening(item=item, coder=users["coder"], key="nothing", at=posted)
        screening.save()
        rows.append(screening)
    record(by=BELT, act="test.read", rows=rows, election=election.slug)
