"""Time-stamps of exhibits by a real authority: asked for until they are there, the gap shown, checked years later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from besa.base import clock, timestamp
from besa.base.errors import BadInput
from besa.evidence import actions, queries
from besa.evidence.actions.stamps import stamp_pending
from besa.evidence.authorities import authorities
from besa.evidence.models import TimeStamp
from besa.ledger import verify
from besa.people.policy import BELT
from besa.triage import actions as triage
from besa.vault import Vault
from fakes.time_authority import TimeAuthority, needs_openssl
from triage.posts import bring, post

pytestmark = [pytest.mark.django_db, needs_openssl]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    made = [TimeAuthority(tmp_path_factory.mktemp(name), name) for name in ("one", "two")]
    addresses = [one.serve() for one in made]
    yield list(zip(made, addresses, strict=True))
    for one in made:
        one.stop()


@pytest.fixture
def kept(home, election, two):
    lines = []
    for authority, address in two:
        authority.down = False
        (home.root / f"{authority.name}.pem").write_bytes(authority.chain)
        lines.append(
            f'[[authority]]\nname = "{authority.name}"\naddress = "{address}"\nchain = "{authority.name}.pem"\n'
        )
    home.time_authorities.write_text("".join(lines))
    bring([post(number) for number in range(3)])
    items = [
        triage.put(by=BELT, election=election, post_key=f"facebook:{number}", reason="asked for") for number in range(3)
    ]
    actions.preserve_pending(by=BELT, election=election)
    return items


def test_each_exhibit_is_stamped_once_by_each_authority_and_holds(home, election, kept, two):
    assert stamp_pending(by=BELT, election=election) == {"stamped": 6, "waiting": 0}
    assert stamp_pending(by=BELT, election=election) == {"stamped": 0, "waiting": 0}
    vault = Vault(home.vault)
    for row in TimeStamp.objects.select_related("exhibit"):
        told = timestamp.check(vault.get(row.answer_sha256), row.exhibit.sha256, vault.get(row.chain_sha256))
        assert (told.authority, told.at, str(told.serial)) == (row.authority, row.at, row.serial)
    assert list(verify.problems()) == []
    assert {row.authority for row in queries.stamps(kept[0])[queries.exhibits(kept[0])[0].pk]} == {"one", "two"}


def test_one_that_is_down_is_asked_later_and_less_and_less_often_the_other_goes_on(election, kept, two, at):
    (one, _), _ = two
    one.down, asked = True, one.asked
    assert stamp_pending(by=BELT, election=election) == {"stamped": 3, "waiting": 3}
    assert one.asked == asked + 1, "the first refusal is enough for a turn"
    waits = []
    for _ in range(4):
        row = TimeStamp.objects.filter(state="wanted").order_by("-attempts").first()
        waits.append(row.next_at - clock.now())
        at.advance(seconds=waits[-1].total_seconds() + 1)
        TimeStamp.objects.filter(state="wanted", attempts=0).update(next_at=clock.now() + timedelta(days=1))
        stamp_pending(by=BELT, election=election)
    assert waits == [timedelta(minutes=1) * 2**n for n in range(4)] and "503" in row.problem
    one.down = False
    at.advance(days=2)
    assert stamp_pending(by=BELT, election=election) == {"stamped": 3, "waiting": 0}
    assert all(row.at - row.wanted_at for row in TimeStamp.objects.all())


def test_a_file_that_changed_is_not_stamped_and_holds_nobody_up(home, election, kept, two):
    path = Vault(home.vault).path_of(queries.exhibits(kept[0])[0].sha256)
    path.chmod(0o640)
    path.write_bytes(b"changed")
    assert stamp_pending(by=BELT, election=election) == {"stamped": 4, "waiting": 2}
    assert {row.problem for row in TimeStamp.objects.filter(state="wanted")} != {""}


def test_without_authorities_nothing_is_wanted(home, election, kept):
    home.time_authorities.unlink()
    assert stamp_pending(by=BELT, election=election) == {"stamped": 0, "waiting": 0}
    assert not TimeStamp.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml [", "cannot be read"),
        ('[[authority]]\nname = "x"\n', "lacks 'address'"),
        ('[[authority]]\nname = "x"\naddress = "y"\nchain = "absent.pem"\n', "absent.pem"),
        ('[[authority]]\nname = "x"\naddress = "y"\nchain = "time-authorities.toml"\n', "certificates"),
    ],
)
def test_a_wrong_file_is_told_by_name_and_reason(home, text, said):
    home.time_authorities.write_text(text)
    with pytest.raises(BadInput, match=said):
        authorities()
