"""Post, comment and reply find each other, whichever arrives first and whoever brings it."""

from __future__ import annotations

import itertools
import json

import pytest

from besa.base.home import Home
from besa.collect.actions import import_file
from besa.corpus import Corpus

pytestmark = pytest.mark.django_db

POST = {"facebookUrl": "https://www.facebook.com/liqeni", "postId": "122100000000000009", "pageName": "liqeni",
        "url": "https://www.facebook.com/liqeni/posts/122100000000000009", "time": "2027-09-14T08:00:00.000Z",
        "text": "Uji kthehet."}  # fmt: skip
COMMENT = {"facebookUrl": POST["url"], "commentUrl": f"{POST['url']}?comment_id=1", "id": "777", "threadingDepth": 0,
           "text": "Kur?", "date": "2027-09-14T08:05:00.000Z"}  # fmt: skip
REPLY = {**COMMENT, "id": "778", "threadingDepth": 1, "replyToCommentId": "777", "text": "Nesër."}


@pytest.mark.parametrize("order", list(itertools.permutations(("post", "comment", "reply"))), ids="-".join)
def test_whichever_arrives_first(order, home, election, users, tmp_path):
    rows = {"post": POST, "comment": COMMENT, "reply": REPLY}
    for name in order:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps([rows[name]]))
        assert import_file(by=users["coordinator"], election=election, path=path)["mapped"] == 1
    corpus = Corpus(Home.here().corpus)
    linked = corpus.rows("""SELECT a.text AS said, b.text AS answers, c.text AS under FROM posts a
        JOIN posts b ON a.parent_key = b.post_key JOIN posts c ON a.root_key = c.post_key ORDER BY a.post_key""")
    assert linked == [
        {"said": "Kur?", "answers": "Uji kthehet.", "under": "Uji kthehet."},
        {"said": "Nesër.", "answers": "Kur?", "under": "Uji kthehet."},
    ]
    assert corpus.digest() == _digest_of_all(rows, election, users, tmp_path, corpus)


def _digest_of_all(rows, election, users, tmp_path, corpus) -> str:
    """Delivered once more, all together: only duplicates, and the same digest."""
    path = tmp_path / "all.json"
    path.write_text(json.dumps(list(rows.values())))
    assert import_file(by=users["coordinator"], election=election, path=path)["duplicate"] == 3
    return corpus.digest()


def test_a_repetition_on_x_is_linked_to_the_post_of_another_source(home, election, users, tmp_path):
    again = {"id": "1830000000000000001", "text": "RT @a: Uji", "author_id": "902", "lang": "sq",
             "referenced_tweets": [{"type": "retweeted", "id": "1830000000000000000"}]}  # fmt: skip
    first, second = tmp_path / "flat.jsonl", tmp_path / "list.txt"
    first.write_text(json.dumps(again) + "\n")
    second.write_text("https://x.com/a/status/1830000000000000000\n")
    for path in (first, second):
        import_file(by=users["coordinator"], election=election, path=path)
    linked = Corpus(Home.here().corpus).rows("SELECT b.url FROM posts a JOIN posts b ON a.parent_key = b.post_key")
    assert linked == [{"url": "https://x.com/a/status/1830000000000000000"}]
