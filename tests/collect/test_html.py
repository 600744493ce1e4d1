"""HTML bodies as text, and what an address alone says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.collect.rules import addresses
from besa.collect.rules.heads import columns, keys
from besa.collect.rules.html import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>A<br>b &amp; c</p><p>d</p>", "A\nb & c\n\nd"),
        ("Super!<br />Bravo &#39;x&#39;", "Super!\nBravo 'x'"),
        ("<p>x</p><script>alert(1)</script>", "x"),
        ("pa oznaka &lt;3", "pa oznaka <3"),
        ("<p> </p>", None),
        (None, None),
    ],
)
def test_what_a_reader_sees(html, text):
    assert plain(html) == text


@given(st.text(alphabet=st.sampled_from('<>&;![]-/="ab \n\x00?')))
def test_no_html_breaks_it(html):
    text = plain(html)
    assert text is None or (text.strip() and "\x00" not in text)


@pytest.mark.parametrize(
    ("url", "platform", "native"),
    [
        ("https://www.tiktok.com/@ana/video/7400000000000000001?lang=sq", "tiktok", "7400000000000000001"),
        ("https://m.facebook.com/story.php?story_fbid=7000000000000001&id=1", "facebook", "7000000000000001"),
        ("https://www.facebook.com/a/posts/nje-titull/7000000000000001", "facebook", "7000000000000001"),
        ("https://youtu.be/AbCdEfGhI01?t=3", "youtube", "AbCdEfGhI01"),
        ("https://twitter.com/a/status/1800000000000000001", "x", "1800000000000000001"),
        ("https://www.instagram.com/ana.pl/reel/C6abcDEfgh1/", "instagram", "C6abcDEfgh1"),
        ("https://t.me/s/lumas/12", "telegram", "lumas/12"),
    ],
)
def test_an_address_names_the_post(url, platform, native):
    address = addresses.read(url)
    assert (address.platform, address.native_id, address.is_post) == (platform, native, True)


def test_other_sites_are_portals_and_lookalikes_are_not_platforms():
    assert addresses.read("https://www.lajmet.example/a").host == "lajmet.example"
    assert addresses.platform_of("https://notfacebook.com/x") == "portal"
    assert addresses.platform_of("https://facebook.com.lajmet.example/x") == "portal"
    assert addresses.read("javascript:alert(1)") is None and addresses.read("http://[::1") is None


@given(st.text())
def test_any_text_may_stand_where_an_address_should(text):
    address = addresses.read(text)
    assert address is None or address.native_id
    address = addresses.read("https://facebook.com/" + text)
    assert address is None or address.platform


@given(st.binary(max_size=300))
def test_any_bytes_may_stand_at_the_head_of_a_file(head):
    assert isinstance(keys(head), frozenset) and isinstance(columns(head), frozenset)
