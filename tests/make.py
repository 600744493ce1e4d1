"""Makes invented rows for tests. All names are fictional."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

from django.db import transaction

from besa.base import clock
from besa.base.ids import canonical_json, sha256_hex
from besa.base.weeks import local_date, week_of
from besa.ledger.chain import record
from besa.people.models import Membership, User
from besa.people.policy import BELT
from besa.pledge import models as pledge
from besa.triage.models import DocketItem

_numbers = itertools.count(1)

ROLES = ["coordinator", "coder", "coder2", "adjudicator", "adjudicator2", "editor", "editor2", "analyst",
         "data_protection", "administrator"]  # fmt: skip


def user(username: str, role: str, election: str = "", password: str | None = None, **more) -> User:
    made = User(username=username, demo=True, date_joined=clock.now(), **more)
    if password:
        made.set_password(password)
    else:
        made.set_unusable_password()
    with transaction.atomic():
        made.save()
        membership = Membership.objects.create(user=made, role=role, election=election)
        record(by=BELT, act="test.user", rows=[made, membership])
    return made


def users(election: pledge.Election) -> dict[str, User]:
    return {name: user(name, name.rstrip("2"), election.slug, monitor_name=name.title()) for name in ROLES}


@transaction.atomic
def election(slug: str = "tirona-2027") -> pledge.Election:
    """Campaign 13 September to 11 October 2027, vote 12 October; two parties, both signed 1 September."""
    rows: list = []

    def add(row):
        row.save()
        rows.append(row)
        return row

    held = add(
        pledge.Election(
            slug=slug,
            names={"en": "Test election", "sq": "Zgjedhjet e provës", "sr-Latn": "Probni izbori"},
            timezone="Europe/Belgrade",
            languages=["sq", "sr-Latn", "sr-Cyrl", "en"],
            post_languages=["sq", "sr", "en"],
        )
    )
    for kind, first, last in [
        ("pre_campaign", date(2027, 8, 30), date(2027, 9, 12)),
        ("campaign", date(2027, 9, 13), date(2027, 10, 11)),
        ("polling_day", date(2027, 10, 12), date(2027, 10, 12)),
        ("after", date(2027, 10, 13), date(2027, 10, 26)),
    ]:
        add(pledge.Phase(election=held, kind=kind, first=first, last=last, names={"en": kind}))
    code = add(
        pledge.Code(
            election=held, version="1", effective_from=date(2027, 9, 1), titles={"en": "The Code"},
            sha256=sha256_hex("the code"),
        )
    )  # fmt: skip
    principle = add(pledge.Principle(code=code, slug="p1", names={"en": "Respect"}, order=1))
    for order, (name, duty) in enumerate(
        [
            ("hate", "prohibition"),
            ("bullying", "prohibition"),
            ("falsehood", "prohibition"),
            ("dialogue", "duty"),
        ]
    ):
        add(
            pledge.Clause(
                principle=principle, slug=name, titles={"en": name.title()}, texts={"en": f"On {name}."},
                bound_kinds=["party", "mayor_candidate", "council_candidate", "media"], duty=duty, order=order,
            )
        )  # fmt: skip
    area = add(pledge.Area(election=held, slug="lumas", names={"en": "Lumas"}, monitored=True))
    for name, short in [("Party of the Lake", "PL"), ("Party of the Hill", "PH")]:
        party = add(
            pledge.Actor(
                election=held, slug=short.lower(), kind="party", name=name, short_name=short,
                contact_email=f"office@{short.lower()}.example",
            )
        )  # fmt: skip
        signatory = add(pledge.Signatory(actor=party, keeper_email=f"keeper@{short.lower()}.example"))
        add(
            pledge.Signature(
                signatory=signatory,
                code=code,
                kind="ceremony",
                signed_on=date(2027, 9, 1),
                text_sha256=code.sha256,
            )
        )
        for given, gender, kind in [("Ana", "woman", "mayor_candidate"), ("Ben", "man", "council_candidate")]:
            person = add(
                pledge.Actor(
                    election=held, slug=f"{given.lower()}-{short.lower()}", kind=kind, name=f"{given} of {short}",
                    gender=gender, gender_source="candidate list", area=area,
                    contact_email=f"{given.lower()}@{short.lower()}.example",
                )
            )  # fmt: skip
            add(pledge.Affiliation(actor=person, party=party, grade="confirmed", how_known="candidate list"))
            account = add(
                pledge.Account(
                    election=held, platform="facebook", key=f"facebook:@{given.lower()}.{short.lower()}",
                    handle=f"{given.lower()}.{short.lower()}", name=person.name, area=area,
                )
            )  # fmt: skip
            add(pledge.Identity(account=account, actor=person, grade="confirmed", how_known="two proofs"))
    record(by=BELT, act="test.election", rows=rows, election=slug)
    return held


@transaction.atomic
def docket_item(election: pledge.Election, text: str = "An invented text.", **fields) -> DocketItem:
    number = next(_numbers)
    posted = fields.pop("posted_at", datetime(2027, 9, 14, 9, 30, tzinfo=UTC))
    account_key = fields.pop("account_key", "facebook:@ana.pl")
    item = DocketItem(
        **{
            "election": election, "post_key": f"facebook:{number}", "observation_id": sha256_hex(str(number)),
            "corpus_version": 0, "platform": "facebook", "kind": "post", "account_key": account_key,
            "account": pledge.Account.objects.filter(election=election, key=account_key).first(),
            "text": text, "language": "en", "posted_at": posted, "family": sha256_hex(text.lower()),
            "route": "watch_list", "sample": "ranked", "phase": "campaign",
            "week": week_of(local_date(posted, election.timezone)), "put_at": clock.now(),
            "reasons": [{"concern": "hate", "clause": "hate", "score": 0.9, "text": "says so", "spans": []}],
            **fields,
        }
    )  # fmt: skip
    item.save()
    record(by=BELT, act="test.docket", rows=[item], election=election.slug)
    return item


def canonical(value) -> str:
    return canonical_json(value)
