"""The lexicon kept at the desk: what it would match, files, retiring, and looking again at old posts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from besa.base.errors import BadInput, Conflict, Refused
from besa.base.packfile import BadPack
from besa.ledger import verify
from besa.ledger.chain import head
from besa.ledger.models import Entry
from besa.people.policy import BELT
from besa.triage import actions, queries
from besa.triage.models import DocketItem, Run, Term
from besa.triage.queries import terms
from besa.triage.types import TermSpec
from triage.posts import bring, post

pytestmark = pytest.mark.django_db
VALUES = {
    "language": "sq", "term": "hajdut", "match": "stem", "concern": "harassment", "clause": "", "strength": 0.6,
    "note": "", "counter_examples": ["kapën hajdutin e biçikletave"],
}  # fmt: skip
FORM = VALUES | {"counter_examples": "kapën hajdutin e biçikletave\nhajde në shesh"}


@pytest.fixture
def posts(home, election):
    return bring(
        [post(number) for number in range(60)]
        + [post(100 + n, f"Ju jeni <b>hajdutë</b> {n} tradhtarë", language="sq") for n in range(4)]
        + [post(200 + n, f"H 4 j d u t {n}", platform="x", post_key=f"x:{n}", language="") for n in range(3)]
        + [
            post(300, "Policët kapën hajdutin e biçikletave.", language="sq"),
            post(301, "Јеси ли хајдут?", language="sr"),
        ]
    )


def test_a_preview_counts_shows_excuses_and_saves_nothing(posts, election, lexicon):
    before = head()
    found = terms.preview(
        election, TermSpec("sq", "hajdut", "stem", "harassment", "", 0.6, tuple(VALUES["counter_examples"]))
    )
    assert (found.looked_at, found.matched, found.excused, found.known, found.new) == (69, 8, 1, 4, 4)
    assert dict(((language, platform), n) for language, platform, n in found.by)["sq", "facebook"] == 4
    assert found.tried == [("kapën hajdutin e biçikletave", True)] and len(found.samples) == 8
    for row in found.samples:
        start, end = row["spans"][0]
        assert row["text"][start:end] in ("hajdutë", "H 4 j d u t", "хајдут")
    assert head() == before and not Run.objects.exists()


def test_a_preview_of_a_term_does_not_count_itself_as_another(posts, election, lexicon):
    term = lexicon[0]
    held = terms.preview(election, terms.spec(term), but=term.pk)
    assert (held.matched, held.known) == (4, 0)
    assert terms.preview(election, terms.spec(term)).known == 4


def test_a_preview_of_a_word_that_is_everywhere_looks_into_the_newest_only(posts, election, monkeypatch):
    monkeypatch.setattr(terms, "LOOKED_INTO", 20)
    found = terms.preview(election, TermSpec("sq", "qytetar", "stem", "dialogue"))
    assert found.matched == 20 and found.looked_at < 69 and not found.all_posts


def test_terms_are_added_changed_and_retired_with_a_trace(election, users):
    by = users["coordinator"]
    term = actions.save_term(by=by, election=election, values=VALUES)
    with pytest.raises(Conflict):
        actions.save_term(by=by, election=election, values=VALUES)
    actions.save_term(by=by, election=election, values=VALUES | {"strength": 0.9}, term=term)
    assert queries.resources(election).terms[0].strength == 0.9
    with pytest.raises(BadInput):
        actions.retire_term(by=by, election=election, term=term, reason=" ")
    actions.retire_term(by=by, election=election, term=term, reason="Too common")
    assert queries.resources(election).terms == () and Term.objects.get().retired_at
    actions.save_term(by=by, election=election, values=VALUES, term=term)
    assert len(queries.resources(election).terms) == 1
    acts = list(Entry.objects.filter(act__startswith="lexicon.").values_list("act", flat=True).order_by("seq"))
    assert acts == ["lexicon.add", "lexicon.change", "lexicon.retire", "lexicon.change"]
    assert not list(verify.problems())
    with pytest.raises(BadInput):
        actions.save_term(by=by, election=election, values=VALUES | {"term": "!!!"})
    with pytest.raises(Refused):
        actions.save_term(by=users["coder"], election=election, values=VALUES | {"term": "tjetër"})


def test_files_go_out_and_in_and_a_bad_line_takes_nothing(election, users):
    by = users["coordinator"]
    pack = Path(actions.__file__).parents[2] / "packs/demo/lexicon/sr.csv"
    rows = [[*row[:3], "", *row[4:]] if at else row for at, row in enumerate(csv.reader(pack.open(encoding="utf-8")))]
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    data = file.getvalue().encode()
    told = actions.import_terms(by=by, election=election, tag="sr", data=data, name="terms.csv")
    assert told == {"added": len(rows) - 1, "changed": 0, "same": 0}
    out = terms.as_csv(election, "sr")
    again = list(csv.reader(io.StringIO(out)))
    numbers = rows[0].index("strength")
    for given, kept in zip(rows, again, strict=True):
        if given is not rows[0]:
            given[numbers], kept[numbers] = float(given[numbers] or 0.5), float(kept[numbers])
        assert given == kept
    assert (
        actions.import_terms(by=by, election=election, tag="sr", data=out.encode(), name="t.csv")["same"]
        == told["added"]
    )
    before, count = head(), Term.objects.count()
    bad = out + "novo,stem,nonsense,,2,,\n###,word,hate,,0.5,,\nnovo,stem\n"
    with pytest.raises(BadPack) as raised:
        actions.import_terms(by=by, election=election, tag="sr", data=bad.encode(), name="t.csv")
    places = [problem.where for problem in raised.value.problems]
    last = len(out.splitlines())
    assert {f"t.csv:{last + 1}", f"t.csv:{last + 2}", f"t.csv:{last + 3}"} == set(places) and len(places) == 4
    assert Term.objects.count() == count and head() == before


def test_a_file_brings_retired_terms_back_and_leaves_the_others(election, users):
    by = users["coordinator"]
    term = actions.save_term(by=by, election=election, values=VALUES)
    other = actions.save_term(by=by, election=election, values=VALUES | {"term": "horr"})
    actions.retire_term(by=by, election=election, term=term, reason="No")
    data = b"term,match,concern,clause,strength,note,counter_examples\nhajdut,word,harassment,,0.7,,a b|c d\n"
    assert actions.import_terms(by=by, election=election, tag="sq", data=data, name="x.csv")["changed"] == 1
    term.refresh_from_db()
    assert (term.retired_at, term.match, term.counter_examples) == (None, "word", ["a b", "c d"])
    assert Term.objects.get(pk=other.pk).retired_at is None and not list(verify.problems())


def test_pages(posts, election, lexicon, users, client):
    client.force_login(users["coordinator"])
    page = client.post(reverse("term_add"), FORM | {"preview": "1"}).content.decode()
    assert (
        "&lt;b&gt;<mark>hajdutë</mark>&lt;/b&gt;" in page
        and "post-text blur" in page
        and not Term.objects.filter(term="hajdut")
    )
    assert "the term is not in it" in page and "left out" in page
    assert client.post(reverse("term_add"), FORM | {"save": "1"}).status_code == 302
    term = Term.objects.get(term="hajdut")
    assert term.counter_examples == ["kapën hajdutin e biçikletave", "hajde në shesh"]
    assert client.post(reverse("term_add"), FORM | {"save": "1"}).status_code == 400
    assert client.post(reverse("term_add"), FORM | {"save": "1", "counter_examples": "a|b"}).status_code == 400
    assert 'value="hajdut"' in client.get(reverse("term_edit", args=[term.pk])).content.decode()
    assert "hajdut" in client.get(reverse("lexicon_csv", args=["sq"])).content.decode()
    assert client.get(reverse("lexicon_csv", args=["xx"])).status_code == 404
    assert client.post(reverse("term_retire", args=[term.pk]), {"reason": "No"}).status_code == 302
    shown = client.get(reverse("lexicon")).content.decode()
    assert ">hajdut<" not in shown and ">hajdut<" in client.get(reverse("lexicon"), {"retired": "1"}).content.decode()
    bad = SimpleUploadedFile("bad.csv", b"term,match\n")
    answer = client.post(reverse("lexicon_import"), {"language": "sq", "file": bad})
    assert answer.status_code == 400 and "bad.csv:1" in answer.content.decode()
    client.force_login(users["coder"])
    assert client.get(reverse("term_add")).status_code == 403


def test_looking_again(posts, election, lexicon, users, client):
    by = users["coordinator"]
    actions.run(by=BELT, election=election)
    ordinary = Run.objects.get()
    term = actions.save_term(by=by, election=election, values=VALUES)
    before = set(DocketItem.objects.values_list("post_key", flat=True))
    done = actions.look_again(by=by, election=election, term=term, first="2027-W37", last="2027-W38")
    assert (done["posts"], done["flagged"]) == (69, 8)
    again = Run.objects.latest("id")
    assert again.state == "done" and again.corpus_version == ordinary.corpus_version
    added = set(DocketItem.objects.filter(run=again).values_list("post_key", flat=True))
    assert not added & before and len(added) == done["docketed"] > 0
    assert {f"x:{n}" for n in range(3)} | {"facebook:301"} <= added | before
    signals = queries.signals_of(posts, ["facebook:100"])["facebook:100"]
    assert {signal["concern"] for signal in signals if signal["detector"] == "lexicon"} == {"hate", "harassment"}
    assert not list(verify.problems())
    bring([post(900, "Hajdutë!")], "later")
    assert actions.run(by=BELT, election=election)["posts"] == 1
    with pytest.raises(BadInput):
        actions.look_again(by=by, election=election, term=term, first="2027-W38", last="2027-W37")


@pytest.mark.parametrize("broken", ["Corpus.add_signals", "fill", "begin"])
def test_looking_again_that_was_cut_off_is_finished_by_the_next_run(
    posts, election, lexicon, users, monkeypatch, broken
):
    from besa.triage.actions import again

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    by = users["coordinator"]
    actions.run(by=BELT, election=election)
    term = actions.save_term(by=by, election=election, values=VALUES)
    before = DocketItem.objects.count()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(again.Corpus if "." in broken else again, broken.rpartition(".")[2], stop)
        actions.look_again(by=by, election=election, term=term, first="2027-W37", last="2027-W38")
    assert Run.objects.latest("id").state == "intent" and DocketItem.objects.count() == before
    actions.run(by=BELT, election=election)
    held = Run.objects.latest("id")
    assert (held.state, held.posts, held.flagged) == ("done", 69, 8)
    assert DocketItem.objects.filter(run=held).count() == held.docketed > 0
    assert {f"x:{n}" for n in range(3)} <= set(DocketItem.objects.values_list("post_key", flat=True))
    assert not list(verify.problems())
