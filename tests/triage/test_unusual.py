"""What is unusual: alarms on noise as rare as said, planted spikes found, and quickly."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta

import ibis
import numpy as np
import polars as pl
import pytest
from django.urls import reverse

from besa.collect.rules.made import account_made
from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.detectors.spikes import NEW_ACCOUNT, NEW_COMMENTERS, NEWCOMERS, REACTIONS, VOLUME, find
from besa.triage.rules import unusual
from triage.posts import bring, post

DAYS = 90
WEEKEND = np.arange(DAYS) % 7 >= 5


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(7)


def _alarms(counts: np.ndarray) -> np.ndarray:
    return unusual.volume(counts, np.ones(counts.shape, bool), WEEKEND)[0]


def _bursty(chance, mean, size) -> np.ndarray:
    return chance.negative_binomial(1, 1 / (1 + mean), size)


@pytest.mark.parametrize(
    ("noise", "most"),
    [
        (lambda chance: chance.poisson(0.3, (400, DAYS)), 0.0002),
        (lambda chance: chance.poisson(5, (400, DAYS)), 0.0002),
        (lambda chance: chance.poisson(np.where(WEEKEND, 3, 20), (400, DAYS)), 0.0002),
        (lambda chance: chance.negative_binomial(3, 3 / 8, (1000, DAYS)), unusual.FALSE_ALARMS),
        (lambda chance: _bursty(chance, 1, (1000, DAYS)), unusual.FALSE_ALARMS),
        (lambda chance: _bursty(chance, 20, (1000, DAYS)), unusual.FALSE_ALARMS),
    ],
    ids=["hardly ever", "steady", "working days", "uneven", "bursty", "bursty and busy"],
)
def test_alarms_on_noise_are_as_rare_as_said(noise, most, chance):
    assert _alarms(noise(chance))[:, unusual.LEAST_DAYS :].mean() <= most


def test_planted_spikes_are_found(chance):
    counts = chance.poisson(2, (400, DAYS))
    counts[:, 60] = 14
    assert _alarms(counts)[:, 60].mean() > 0.8
    uneven = chance.negative_binomial(3, 3 / 8, (400, DAYS))
    uneven[:, [50, 60]] = 45
    # the first spike does not hide the second
    assert _alarms(uneven)[:, 50].mean() > 0.8 and _alarms(uneven)[:, 60].mean() > 0.75
    # a Sunday like a working day is unusual for an office
    office = chance.poisson(np.where(WEEKEND, 3, 20), (400, DAYS))
    sunday = 62
    assert WEEKEND[sunday]
    office[:, sunday] = 20
    assert _alarms(office)[:, sunday].mean() > 0.8


def test_a_new_habit_stops_to_be_unusual(chance):
    counts = chance.poisson(2, (200, DAYS))
    counts[:, 45:] = chance.poisson(14, (200, DAYS - 45))
    assert _alarms(counts)[:, 45:47].mean() > 0.6 and _alarms(counts)[:, 75:].mean() < 0.001


def test_without_a_past_nothing_is_said():
    counts = np.zeros((1, DAYS))
    counts[0, 40:] = 3
    counts[0, 50] = 90
    seen = np.arange(DAYS)[None] >= 40
    assert not unusual.volume(counts, seen, WEEKEND)[0].any()
    assert unusual.volume(counts, np.ones((1, DAYS), bool), WEEKEND)[0][0, 50]


def test_reactions_and_newcomers(chance):
    alarms = [unusual.reactions(chance.lognormal(4, spread, 100))[0] for spread in (0.5, 1, 1.5) for _ in range(150)]
    assert np.mean(alarms) <= unusual.FALSE_ALARMS
    usual = np.floor(chance.lognormal(4, 0.5, 60))
    usual[50] = 6000
    assert unusual.reactions(usual)[0].nonzero()[0].tolist() == [50]
    noise = []
    for share in (0.1, 0.3, 0.6):
        for _ in range(60):
            everybody = chance.poisson(30, 60) + 1
            fresh = chance.binomial(everybody, chance.beta(share * 20, (1 - share) * 20, 60))
            noise.append(unusual.newcomers(fresh, everybody, np.arange(60))[0])
    assert np.mean(noise) <= unusual.FALSE_ALARMS
    fresh, everybody = np.full(40, 6), np.full(40, 30)
    fresh[30], everybody[30] = 90, 100
    far, share = unusual.newcomers(fresh, everybody, np.arange(40))
    assert far.nonzero()[0].tolist() == [30] and abs(share[30] - 0.2) < 0.01


FIRST = datetime(2027, 10, 1, 6, tzinfo=UTC)


def _posts(chance, many: int) -> pl.DataFrame:
    """Noise of a thousand accounts over sixty days (clocks are put back on the thirtieth), and three planted spikes."""
    rows = {
        "post_key": [f"x:{n}" for n in range(many)],
        "account_key": [f"x:a{n}" for n in chance.integers(0, 1000, many)],
        "at": chance.integers(0, 60 * 86400, many),
        "kind": chance.choice(["post", "comment"], many),
        "reactions": chance.poisson(30, many),
    }
    frame = pl.DataFrame(rows).with_columns(host_account_key=pl.when(pl.col("kind") == "comment").then(
        pl.concat_str(pl.lit("x:a"), pl.col("at") % 20)))  # fmt: skip
    late = FIRST + timedelta(days=45)
    spikes = [
        *({"post_key": f"x:v{n}", "account_key": "x:a7", "posted_at": late + timedelta(minutes=n)} for n in range(40)),
        {"post_key": "x:r", "account_key": "x:a8", "posted_at": late, "reactions": 40_000},
        *({"post_key": f"x:c{n}", "account_key": f"x:new{n}", "posted_at": late + timedelta(minutes=n),
           "kind": "comment", "host_account_key": "x:a9"} for n in range(400)),
    ]  # fmt: skip
    frame = frame.with_columns(posted_at=pl.lit(FIRST) + pl.duration(seconds=pl.col("at"))).drop("at")
    planted = pl.DataFrame([{"kind": "post", "reactions": 30, "host_account_key": None} | row for row in spikes])
    planted = planted.select(frame.columns).cast(frame.schema)
    zeros = pl.lit(None, pl.Int64)
    return pl.concat([frame, planted]).with_columns(comments=zeros, shares=zeros)


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
def test_a_hundred_thousand_posts_in_two_seconds_with_what_was_planted(chance):
    posts = ibis.memtable(_posts(chance, 100_000))
    began = time.process_time()
    found = find(posts, "Europe/Belgrade")
    assert time.process_time() - began < 2
    day = date(2027, 11, 15)
    named = {(spike.kind, spike.account_key, spike.day) for spike in found}
    planted = {(VOLUME, "x:a7", day), (REACTIONS, "x:a8", day), (NEWCOMERS, "x:a9", day)}
    assert planted <= named and len(named - planted) <= 10
    (volume,) = [spike for spike in found if spike.kind == VOLUME and spike.account_key == "x:a7"]
    assert 40 <= volume.figure <= 50 and volume.usual < 3
    assert volume.post_key.startswith("x:") and find(posts, "Europe/Belgrade") == found


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
@pytest.mark.parametrize(("hour", "day"), [(21, 19), (22, 20)])
def test_days_are_local_days(hour, day):
    """21:59:59.999999 UTC is still the same day in Belgrade in October, 22:00 is the next."""
    rows = [
        {"post_key": f"x:{n}.{m}", "account_key": "x:a", "kind": "post", "host_account_key": None, "reactions": None,
         "comments": None, "shares": None, "posted_at": FIRST + timedelta(days=n, minutes=m)}
        for n in range(18) for m in range(2)
    ] + [
        {"post_key": f"x:s{m}", "account_key": "x:a", "kind": "post", "host_account_key": None, "reactions": None,
         "comments": None, "shares": None, "posted_at": datetime(2027, 10, 19, hour, m + 20, 59, 999_999, tzinfo=UTC)}
        for m in range(40)
    ]  # fmt: skip
    schema = {"host_account_key": pl.String, "reactions": pl.Int64, "comments": pl.Int64, "shares": pl.Int64}
    (spike,) = find(ibis.memtable(pl.DataFrame(rows, schema_overrides=schema)), "Europe/Belgrade")
    assert spike.day == date(2027, 10, day) and spike.post_key == "x:s0"


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
def test_accounts_that_are_new_by_the_date_on_which_they_were_made():
    """Thirty known accounts comment at a page day by day; on the last, forty of which X says they are days old."""

    def row(key, account, at, made, kind="comment"):
        raw = json.dumps({"id": key, "author": {"created_at": made and made.isoformat()}})
        return {"post_key": f"x:{key}", "account_key": account, "kind": kind, "posted_at": at, "connector": "x_api",
                "host_account_key": "x:page" if kind == "comment" else None, "raw": raw}  # fmt: skip

    old, last = datetime(2019, 5, 1, tzinfo=UTC), FIRST + timedelta(days=20)
    rows = [row(f"{day}.{n}", f"x:o{n}", FIRST + timedelta(days=day, minutes=n), old)
            for day in range(20) for n in range(30)]  # fmt: skip
    rows += [row(f"w{n}", f"x:w{n}", last + timedelta(minutes=n), last - timedelta(days=9)) for n in range(40)]
    rows += [row(f"u{n}", f"x:u{n}", last + timedelta(minutes=n), None) for n in range(40)]
    rows += [row(f"a{n}", "x:fresh", last + timedelta(minutes=n), last - timedelta(days=3), "post") for n in range(6)]
    rows += [row(f"b{n}", "x:aged", last + timedelta(minutes=n), last - timedelta(days=90), "post") for n in range(6)]
    counts = {name: pl.lit(None, pl.Int64) for name in ("reactions", "comments", "shares")}
    frame = pl.DataFrame(rows, schema_overrides={"host_account_key": pl.String}).with_columns(**counts)
    found = {(spike.kind, spike.account_key): spike for spike in find(ibis.memtable(frame), "Europe/Belgrade")}
    assert set(found) == {(NEW_COMMENTERS, "x:page"), (NEW_ACCOUNT, "x:fresh")}
    wave, account = found[NEW_COMMENTERS, "x:page"], found[NEW_ACCOUNT, "x:fresh"]
    assert (wave.figure, wave.post_key, round(wave.usual, 2)) == (1, "x:w0", 0.0)
    assert (account.figure, account.usual, account.post_key) == (6, 3, "x:a0")
    assert not find(ibis.memtable(frame.with_columns(raw=pl.lit(None, pl.String))), "Europe/Belgrade")


@pytest.mark.parametrize(
    ("connector", "row"),
    [
        ("x_api", {"author": {"created_at": "2027-09-01T08:00:00.000Z"}}),
        ("mastodon", {"account": {"created_at": "2027-09-01T08:00:00.000Z"}}),
        ("bluesky", {"post": {"author": {"createdAt": "2027-09-01T08:00:00Z"}}}),
        ("fourcat", {"author_created_at": "2027-09-01 08:00:00"}),
        ("crowdtangle", {"Page Created": "2027-09-01 08:00:00"}),
        *(("zeeschuimer", {"data": {"core": {"user_results": {"result": {
            part: {"created_at": "Wed Sep 01 08:00:00 +0000 2027"}}}}}}) for part in ("core", "legacy")),
    ],
)  # fmt: skip
def test_where_sources_say_when_an_account_was_made(connector, row):
    assert account_made(connector, json.dumps(row)) == datetime(2027, 9, 1, 8, tzinfo=UTC)
    assert account_made(connector, json.dumps({"author": "ana", "created_at": "2027-09-01T08:00:00Z"})) is None
    reposted = {"post": {"author": {"createdAt": "2020-01-01T08:00:00Z"}}, "reason": {"by": {"did": "did:plc:ana"}}}
    assert account_made("bluesky", json.dumps(reposted)) is None
    assert account_made(connector, "{") is None and account_made("manual", json.dumps(row)) is None


@pytest.mark.django_db
def test_it_is_shown_with_a_line_and_weighs_little(home, election, users, client, at):
    at.move_to(datetime(2027, 10, 2, 8, tzinfo=UTC))
    own = {"account_key": "facebook:@ana.pl", "account_handle": "ana.pl", "reactions": 3}
    start = datetime(2027, 9, 5, 8, tzinfo=UTC)
    bring([post(day * 100 + n, f"Dita {day}, postimi {n}", posted_at=start + timedelta(days=day, minutes=n), **own)
           for day in range(25) for n in range(30 if day == 23 else 2)])  # fmt: skip
    assert actions.run(by=BELT, election=election)["signals"]["spikes"] == 1
    client.force_login(users["coordinator"])
    page = client.get(reverse("unusual")).content.decode()
    assert "Ana of PL" in page and "<svg" in page and "30 posts" in page and "style=" not in page
    assert client.get(reverse("docket"), {"concern": "unusual"}).content.decode().count("<article") == 1
    client.force_login(users["coder"])
    assert client.get(reverse("unusual")).status_code == 403


def test_what_is_unusual_is_kept_in_figures_and_told_in_the_readers_language():
    from django.template import Context, Template
    from django.utils import translation

    from besa.triage.detectors.spikes import read

    told = "volume 40 2.1 2027-09-22; reactions 5000 95 2027-09-22; newcomers 0.8 0.2 2027-09-22"
    assert read(told) == [("volume", 40, 2.1), ("reactions", 5000, 95), ("newcomers", 0.8, 0.2)]
    shown = Template("{% load spiked %}{% spiked reason %}")
    with translation.override("en"):
        said = shown.render(Context({"reason": told}))
        assert said.startswith("40 posts on that day; usual are 2.1; A post drew 5,000 reactions")
        assert said.endswith("80 % of the commenters were never seen before; usual are 20 %")
        assert "far from what is usual" in shown.render(Context({"reason": "its account posted 40 times"}))
        new = shown.render(Context({"reason": "new_account 12 3 2027-09-22; new_commenters 0.8 0.02 2027-09-22"}))
        assert new.startswith("12 posts on that day, by an account that was made 3 days before; 80 % of the commenters")
    with translation.override("sr"):
        assert shown.render(Context({"reason": told})) != said
