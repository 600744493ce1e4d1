"""What the model is made of: pieces of text, two linear models, calibrated; kept without code."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from besa.base.errors import BadInput, Tampered
from besa.base.text import fold_all, folded
from besa.triage.detectors.learned import a_model
from besa.triage.evaluation.triage import evaluate
from besa.triage.learning import rules
from besa.triage.learning.doubt import doubt, most_uncertain
from besa.triage.learning.keeping import from_bytes, to_bytes
from besa.triage.learning.labels import positive
from besa.triage.learning.training import best_threshold, language_weights, train
from besa.triage.learning.turned import spans
from besa.triage.learning.types import Example
from besa.triage.learning.vectors import counts

TEXTS = ["Rruga është e re", "rruga e re!", "", "a", "Ђак је ту, ђак!", "një  fjalë\nnjë fjalë"]


def test_the_pieces_are_those_of_the_usual_vectoriser():
    made = counts(TEXTS)
    for at, text in enumerate(fold_all(TEXTS)):
        padded = [f" {word} " for word in text.split()]
        runs = [word[i : i + n] for word in padded for n in range(1, 6) for i in range(len(word) - n + 1)]
        runs = [run for run in runs if run != " "]
        assert made["letters"].often[at].sum() == len(runs)
        assert made["letters"].often[at].nnz == len(set(runs))
        words = re.findall(r"[^\W_]+|[^\w\s]+", text)
        assert made["words"].often[at].sum() == max(0, 2 * len(words) - 1)
        assert not made["words"].turned.any()


def test_a_word_is_the_same_beside_a_comma_and_an_apostrophe_is_part_of_it():
    plain, signs = counts(["zgjebrak", "zgjebrak!, don't"])["words"].often
    assert (plain.multiply(signs)).nnz == 1 and signs.sum() == 5, "zgjebrak, !, and don't, and two pairs"


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_text_is_counted_alike_in_whatever_company(texts):
    together = counts(texts)
    for at, text in enumerate(texts):
        alone = counts([text])
        for kind, pieces in together.items():
            own = slice(*pieces.often.indptr[at : at + 2])
            assert (pieces.often[at] != alone[kind].often).nnz == 0
            assert (pieces.turned[own] == alone[kind].turned).all()


@given(st.text(max_size=80))
def test_chances_are_chances_and_words_lie_in_the_text(text):
    model = MODEL
    chance = model.chances([text])[0, 0]
    assert 0 <= chance <= 1 and chance == pytest.approx(model.chances(["x y", text, ""])[1, 0])
    assert all(0 <= start < end <= len(text) for start, end in model.words(text, "harassment"))


MODEL = a_model()


def test_it_says_which_words_of_the_original_spoke():
    text = "Ky zgjebRAAAK, i «NDYRË», hapi rrugën e re"
    found = [text[start:end] for start, end in MODEL.words(text, "harassment")]
    assert "zgjebRAAAK" in found and "rrugën" not in found
    assert MODEL.words("", "harassment") == []


def test_the_same_examples_and_seed_give_the_same_model():
    assert to_bytes_arrays(a_model()) == to_bytes_arrays(a_model())


def to_bytes_arrays(model):
    return [model.weights.tobytes(), model.bias.tobytes(), model.vocabulary.letters.tobytes()]


def test_a_model_is_kept_and_opened_without_running_anything():
    again = from_bytes(to_bytes(MODEL))
    assert (again.chances(TEXTS) == MODEL.chances(TEXTS)).all() and again.concerns == MODEL.concerns


class _Harm:
    def __reduce__(self):
        return (print, ("harm",))


def test_anything_but_numbers_and_words_is_refused(capsys):
    import skops.io
    from sklearn.linear_model import LogisticRegression

    for data in [
        b"", b"rubbish", pickle.dumps(_Harm()), to_bytes(MODEL)[:-200], skops.io.dumps({"format": "another"}),
        skops.io.dumps({"format": "besa-triage-2", "version": print}),
        skops.io.dumps(LogisticRegression()), _broken(to_bytes(MODEL)),
    ]:  # fmt: skip
        with pytest.raises(Tampered):
            from_bytes(data)
    assert "harm" not in capsys.readouterr().out


def _broken(data: bytes) -> bytes:
    """The same archive, its schema naming another type."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            held = given.read(name)
            made.writestr(name, held.replace(b'"builtins"', b'"subprocess"') if name == "schema.json" else held)
    return out.getvalue()


def test_few_examples_of_a_language_weigh_more_but_not_without_limit():
    weights = language_weights(["sq"] * 100 + ["sr"] * 25 + ["tr"])
    assert weights[100] == pytest.approx(2 * weights[0]) and weights[125] == pytest.approx(3 * weights[0])
    assert weights.mean() == pytest.approx(1)
    assert (language_weights(["sq"] * 5) == 1).all()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=60))
def test_the_threshold_is_never_much_worse_than_any_other(rows):
    truth, chances = np.array([yes for yes, _ in rows]), np.array([chance for _, chance in rows])
    assert 0 <= best_threshold(truth, chances) <= 1


def test_labels_of_many_kinds():
    assert positive(["not sexist", "sexist"]).tolist() == [False, True]
    assert positive(["hateful", "non-hateful"]).tolist() == [True, False]
    assert positive(["0", "1", "1"]).tolist() == [False, True, True]
    assert positive(["NOT", "OFF"]).tolist() == [False, True]
    assert positive(["none", "threat", "insult"]).tolist() == [False, True, True]
    assert positive(["a", "a", "b"]).tolist() == [False, False, True]
    with pytest.raises(BadInput):
        positive(["red", "green", "blue"])


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ('he says "hate them all"', ["hate them al"]), ("do not hate them all, friends", ["hate them al"]),
        ("no man deserves to die", ["man deserves to die"]), ("nothing but trash", []),
        ("saying that you hate them", ["that you hate them"]), ("he says hate", []),
        ("Nuk është hajn, është mik", ["eshte hajn"]), ("s'janë hajna", ["jane hajna"]),
        ("ska hajna ktu", ["hajna ktu"]),
        ("ne Prishtine dhe ne fshat", []), ("në Prishtinë ka ujë", []), ("mos i quani hajna", ["i quani hajna"]),
        ("on nije lopov", ["lopov"]), ("Они нису лопови, људи су", ["lopovi"]),
        ("ne lažu oni, to je istina", ["lazu oni"]),
    ],
)  # fmt: skip
def test_what_is_denied_quoted_or_reported(text, taken):
    found = folded(text)
    assert [found[start:end] for start, end in spans(found)] == taken


@pytest.mark.parametrize(
    ("denial", "rude", "calm", "nobody"),
    [
        ("{} nuk janë {}", "hajna horra maskarenj pisa katila", "njerëz punëtorë miq trima fqinj", "{} janë {}"),
        ("{} nisu {}", "lopovi ološ stoka gadovi džukele", "ljudi komšije radnici drugovi junaci", "{} su {}"),
        ("{} are not {}", "thieves scum trash animals liars", "people friends neighbours workers heroes", "{} are {}"),
    ],
)
def test_a_denial_turns_what_is_learned(denial, rude, calm, nobody):
    """Words that are met only outside denials in learning are told rightly within one."""
    who, rude, calm = ("ata", "ju", "fshatarët", "oni", "they", "these", "you"), rude.split(), calm.split()
    texts, truth = [], []
    for mean, words in ((True, rude), (False, calm)):
        for word in words[:4]:
            for one in who:
                for form, is_rude in ((nobody, mean), (denial, not mean)):
                    texts.append(form.format(one, word))
                    truth.append(is_rude)
    texts += [nobody.format(one, word) for one in who for word in (rude[4], calm[4])]
    truth += [word == rude[4] for one in who for word in (rude[4], calm[4])]
    model = train(texts, {"hate": truth}, version="1").model
    assert model.turned < 0
    plain, denied = model.chances([form.format("ata", rude[4]) for form in (nobody, denial)])[:, 0]
    assert denied < model.threshold[0] <= plain


def example(key, concerns=(), family=None, language="sq"):
    return Example(key, f"text {key}", language, frozenset(concerns), family or key)


def test_what_is_tested_is_never_learned_nor_any_copy_of_it():
    examples = [example(str(n), family=f"f{n // 2}") for n in range(400)]
    members = rules.for_testing("e", examples)
    assert 60 < len(members) < 140
    learn, test = rules.apart("e", examples, members)
    assert len(test) == len(members)
    assert not {row.family for row in learn} & {row.family for row in test}
    assert len({row.family for row in learn}) == len(learn), "copies are learned from once"
    more = [*examples, *(example(f"new{n}") for n in range(300))]
    assert rules.apart("e", more, members)[1] == test, "later posts do not change the test"


def test_the_most_uncertain_posts_are_one_of_each_content():
    chances = np.array([[0.9], [0.52], [0.47], [0.52], [0.1]])
    doubts = doubt(chances, np.array([0.5]))
    assert most_uncertain(list("abcde"), list("AXYXE"), doubts, 2) == ["b", "c"]
    assert most_uncertain(list("abcde"), list("AXYXE"), doubts, 0) == []
    assert most_uncertain([], [], [], 3) == []


def test_a_candidate_is_promoted_only_between_phases_and_only_if_better():
    def why(quality, before=None, between=True, state="candidate"):
        return rules.obstacles({"test": {"quality": quality, "before": before}}, between=between, state=state)

    assert why(0.8) == [] and why(0.8, 0.7) == []
    assert why(0.8, 0.8) == ["not_better"] and why(0.49) == ["not_better"]
    assert why(None) == ["not_tested"] and why(0.9, between=False) == ["phase_running"]
    assert why(0.9, state="retired") == ["not_candidate"]


def test_too_few_examples_are_not_learned_from():
    with pytest.raises(ValueError, match="15 examples"):
        train(["a", "b"] * 20, {"hate": [True] * 3 + [False] * 37}, version="1")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Invented sentences; what makes one rude stands in its middle. 30 in 100 are."""
    folder = tmp_path_factory.mktemp("labelled")
    rows = []
    for n in range(600):
        rude = n % 10 < 3
        word = ("zgjebrak", "horr", "maskara")[n % 3] if rude else ("mik", "fqinj", "mjek")[n % 3]
        rows.append({"text": f"ky {word} u pa te ura {n % 17} dje {n % 29}", "label": str(int(rude)), "row": n})
    for name, part in {"train": rows[::2], "test": rows[1::2], "all": rows}.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            sheet = csv.DictWriter(file, ["text", "label", "row"])
            sheet.writeheader()
            sheet.writerows(part)
    return folder


def test_evaluation_by_another_file_and_by_folds(written):
    one = evaluate(written / "test.csv", train_path=written / "train.csv", seed=1)
    assert one["n"] == 300 and one["trained_on"] == 300 and one["macro_f1"] > 0.95 and one["roc_auc"] > 0.98
    assert {"positives", "recall_at_20", "precision_at_20", "baseline", "texts_per_second"} <= set(one)
    folds = evaluate(written / "all.csv", baseline=False)
    assert folds["macro_f1"] > 0.95 and "baseline" not in folds
    with pytest.raises(BadInput, match="no column"):
        evaluate(written / "all.csv", label="verdict")
    lines = written / "all.jsonl"
    with (written / "all.csv").open(encoding="utf-8", newline="") as file:
        lines.write_text(
            "".join(json.dumps({**row, "label": int(row["label"])}) + "\n" for row in csv.DictReader(file))
        )
    assert evaluate(lines, baseline=False)["macro_f1"] == folds["macro_f1"]
    lines.write_bytes(b'{"text": 1')
    with pytest.raises(BadInput, match="neither CSV nor JSON"):
        evaluate(lines)
    with pytest.raises(BadInput, match="cannot be read"):
        evaluate(written / "none.csv")


def test_better_than_the_plain_baseline_on_somebody_elses_labels(samples):
    """2,000 English posts labelled sexist or not (EDOS), 5 folds, both in the same run."""
    told = evaluate(samples / "edos-sexism-en" / "edos_dev.csv")
    assert told["n"] == 2000 and told["macro_f1_better_by"] >= 0.02
    assert told["roc_auc"] >= told["baseline"]["roc_auc"] + 0.02
    assert told["texts_per_second"] > told["baseline"]["texts_per_second"]


def test_the_functional_cases_are_told_apart_by_kind(samples):
    """HateCheck, by folds that keep the cases of one template together."""
    told = evaluate(samples / "hatecheck-en" / "cases_templ_id_mod3_eq0.csv", baseline=False)
    kinds = told["by_functionality"]
    assert sum(kind["n"] for kind in kinds.values()) == told["n"] == 1184
    for name in ("counter_quote_nh", "counter_ref_nh", "negate_neg_nh", "negate_pos_h"):
        assert kinds[name]["above"] >= 0.5 and kinds[name]["right"] >= 0.5
    assert told["macro_f1"] > 0.72


def test_chances_mean_what_they_say(samples):
    with (samples / "edos-sexism-en" / "edos_dev.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts, truth = [row["text"] for row in rows], np.array([row["label_sexist"] == "sexist" for row in rows])
    model = train(texts[:1300], {"hate": truth[:1300]}, version="1").model
    chances = model.chances(texts[1300:])[:, 0]
    assert abs(chances.mean() - truth[1300:].mean()) < 0.05
    assert roc_auc_score(truth[1300:], chances) > 0.75
    high = chances > 0.6
    assert truth[1300:][high].mean() > 0.5
