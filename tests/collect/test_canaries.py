"""What says who collected is in no byte of the home: a canary in every address of every connector's examples."""

from __future__ import annotations

import json
import re
import tomllib
from urllib.parse import quote

import orjson
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.home import Home
from besa.collect.actions import import_file, save_mapping
from besa.collect.actions.opening import source_of
from besa.collect.actions.reading import rows
from besa.collect.connectors import NAMES as CONNECTORS
from besa.collect.connectors import connector, folder
from besa.collect.rules.columns import Columns
from besa.collect.rules.redaction import NAMES, REDACTED, holds_secret, redactor, suspecter
from besa.corpus import Corpus

CANARY = "QxCanaryQx"
_ADDRESS = re.compile(r"https?://[^\s\"'<>,)\]}\\]+")
EXAMPLES = [
    pytest.param(name, path, id=f"{name}-{path.name}")
    for name in CONNECTORS
    for path in sorted((folder(name) / "examples").iterdir())
    if path.suffix in (".json", ".ndjson", ".csv", ".txt")
]


def singing(value, names=NAMES):
    """The value with every address in it carrying the canary under each of the names, also in an inner address."""
    if isinstance(value, dict):
        return {key: singing(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [singing(inner, names) for inner in value]
    if not isinstance(value, str):
        return value
    sung = "&".join(f"{name}={CANARY}{at}" for at, name in enumerate(names))
    inner = quote(f"https://x.example/?a=1&{sung}", safe="")

    def sing(found: re.Match) -> str:
        address, hash_, fragment = found[0].partition("#")
        return f"{address}{'&' if '?' in address else '?'}{sung}&u={inner}{hash_}{fragment}#access_token={CANARY}"

    return _ADDRESS.sub(sing, value)


def stored(home: Home) -> str:
    """All that the home holds, opened where it is packed."""
    seen = []
    for file in (file for file in home.root.rglob("*") if file.is_file()):
        data = file.read_bytes()
        if file.suffix == ".parquet":
            data += str(pq.read_table(file).to_pylist()).encode()
        seen.append(data)
    return b"\0".join(seen).decode("utf-8", "replace")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_no_address_of_a_row_brings_a_secret_in(name, path, home, election, users, tmp_path):
    raws = [row.raw for row in rows(source_of(path)) if isinstance(row.raw, dict)]
    sung = [singing(raw) for raw in raws]
    for raw in sung:
        raw |= {"device_id": f"{CANARY}device", "access_token": CANARY, "more": {"deep": [{"sessionid": CANARY}]}}
    file = tmp_path / "sung.ndjson"
    file.write_text("\n".join(json.dumps(raw) for raw in sung))
    assert file.read_text().count(CANARY) > len(raws)
    more = {"connector": name}
    if name == "closed_chat":
        more["consent"] = "A member agreed in writing, on 1 September."
    if name == "generic":
        said = tomllib.loads(path.with_suffix(".mapping.toml").read_text("utf-8"))
        more = {"mapping": save_mapping(by=users["coordinator"], election=election, name="m", body=said)}
    done = import_file(by=users["coordinator"], election=election, path=file, **more)
    assert done["mapped"] > 0, "the rows must go in, or nothing was proven"
    assert CANARY not in stored(home)
    kept = Corpus(home.corpus).rows("SELECT raw FROM observations")
    assert all(REDACTED in row["raw"] for row in kept)


@pytest.mark.django_db
def test_a_file_that_names_a_key_around_its_rows_is_not_kept(home, election, users, tmp_path):
    """The next page's address of an answer carries the caller's key; it is in no row, and in the file."""
    path = folder("crowdtangle") / "examples" / "api.json"
    said = json.loads(path.read_text())
    said["result"]["pagination"] = {"nextPage": f"https://api.example/posts?access_token={CANARY}&offset=2"}
    file = tmp_path / "api.json"
    file.write_text(json.dumps(said))
    assert import_file(by=users["coordinator"], election=election, path=file)["mapped"] > 0
    assert CANARY not in stored(home) and len([f for f in home.vault.rglob("*") if f.is_file()]) == 0
    clean = import_file(
        by=users["coordinator"], election=election, path=folder("crowdtangle") / "examples/facebook.csv"
    )
    assert clean["mapped"] > 0 and len([f for f in home.vault.rglob("*") if f.is_file()]) == 1


@pytest.mark.django_db
def test_an_upload_through_the_browser_leaves_nothing_behind(home, election, users):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    client = Client()
    client.force_login(users["coordinator"])
    example = [row.raw for row in rows(source_of(folder("apify") / "examples" / "facebook_posts.json"))]
    data = json.dumps([singing(each) for each in example]).encode()
    answer = client.post("/desk/collect/upload/", {"file": SimpleUploadedFile("posts.json", data)})
    assert answer.status_code == 302
    assert CANARY in stored(home), "it waits for somebody to look at the preview"
    token = answer.url.rstrip("/").rsplit("/", 1)[-1]
    assert CANARY not in client.get(answer.url).content.decode()
    client.post(f"/desk/collect/upload/{token}/run/", {"connector": "apify", "route": "watch_list"})
    assert Corpus(home.corpus).rows("SELECT 1 FROM observations") and CANARY not in stored(home)


# the rule

WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Z")), max_size=20)
VALUES = st.text(st.sampled_from("abcXYZ019-_.~%+/"), min_size=1, max_size=30).filter(lambda text: "%26" not in text)


@given(st.sampled_from(NAMES), VALUES, WORDS, st.sampled_from(["?", "?a=1&", "?a=1&amp;", "#"]))
def test_a_parameter_is_taken_out_wherever_it_stands(name, value, words, before):
    value = f"QQ{value}"
    raw = {
        "text": f"{words} https://x.example/p{before}{name}={value} {words}",
        "more": [{"u": [f"http://y/?{name}={value}&z=1"]}],
    }
    out = redactor()(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS), raw)
    assert value.encode() not in out
    said = orjson.loads(out)
    assert said["more"][0]["u"][0] == f"http://y/?{name}={REDACTED}&z=1" and said["text"].startswith(words)


@given(st.sampled_from(NAMES), st.text(min_size=1, max_size=20))
def test_a_column_of_that_name_is_taken_out_of_a_flat_row(name, value):
    raw = {"a": "plain", name: value}
    assert orjson.loads(redactor()(orjson.dumps(raw), raw)) == {"a": "plain", name: REDACTED}


@given(st.sampled_from(NAMES), st.text(min_size=1, max_size=20), st.integers(0, 2**63))
def test_a_field_of_that_name_is_taken_out_at_any_depth(name, value, number):
    raw = {"a": [{"b": {name: value}}], name: number, "text": json.dumps({name: "QQinner"})}
    said = orjson.loads(redactor()(orjson.dumps(raw), raw))
    assert said["a"][0]["b"][name] == REDACTED and said[name] == REDACTED and "QQinner" not in said["text"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
        max_leaves=20,
    )
)
def test_what_has_nothing_to_hide_stays_as_it_is(value):
    data = orjson.dumps(value)
    assert redactor()(data, ()) is data or any(name in data.decode() for name in NAMES)
    out = redactor()(data, ())
    assert orjson.loads(redactor()(out, ())) == orjson.loads(out)


def test_the_redacted_row_is_read_not_the_one_that_came():
    raw = {"url": f"https://www.facebook.com/p/1?fbclid={CANARY}"}
    columns = Columns(connector("url_list"), {})
    kept, data = columns.redacted(raw)
    assert kept["url"].endswith(f"fbclid={REDACTED}") and orjson.loads(data) == kept and columns.counts.redacted == 1


@pytest.mark.parametrize("at", [5, 99, 100, 101, 150])
def test_a_secret_across_two_blocks_is_seen(at):
    data = b"x" * 90 + b"?access_token=abc" + b"y" * 60
    assert holds_secret(iter([data[:at], data[at:]])) and not holds_secret([b"access to the token=1"])


def test_addresses_are_written_in_many_ways():
    for text in (r'{"u":"https:\/\/x\/?a=1\u0026access_token=abc"}', "u;https://x/?access_token=abc", '"device_id": 5'):
        assert holds_secret([text.encode()]), text


PIECES = ["?", "&", ";", "#", "%3F", "%2526", "%26", "=", "%3D", '"', ":", '\\"', "{", "}", "a", " ", "1", "é"]
TANGLED = st.lists(st.sampled_from([*PIECES, *NAMES]) | st.sampled_from(PIECES), max_size=12).map("".join)


@given(st.recursive(TANGLED, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TANGLED, inner, max_size=3)))
def test_every_row_from_which_something_is_taken_was_suspected(value):
    raw = {"more": value}
    data = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    assert redactor()(data, raw) is data or suspecter()([data]) == [True]
