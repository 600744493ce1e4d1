"""Models in the ONNX format, made here, run by the real library where it is installed."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest
from django.db import transaction

from besa.base.errors import BesaError
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.learning.onnx import OnnxModel, _chance_of
from besa.triage.models import Run
from triage.posts import bring, post

_MISSING = [name for name in ("onnxruntime", "onnx", "tokenizers") if importlib.util.find_spec(name) is None]
installed = pytest.mark.skipif(bool(_MISSING), reason=f"not installed: {', '.join(_MISSING)}")

_VOCABULARY = {"[UNK]": 0, "pisa": 1, "mik": 2}


def _saved(folder, nodes, inputs, outputs, values=(), domains=(("", 17), ("ai.onnx.ml", 3))):
    from onnx import checker, helper, save

    graph = helper.make_graph(nodes, "little", inputs, outputs, list(values))
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid(*one) for one in domains], ir_version=9)
    checker.check_model(made)
    folder.mkdir(parents=True, exist_ok=True)
    save(made, str(folder / "model.onnx"))
    return folder


def of_tokens(folder, *, limit=None):
    """The scores (-4, 4) for each “pisa” and (4, -4) for each “mik”, added up."""
    import tokenizers
    from onnx import TensorProto, helper, numpy_helper

    table = numpy_helper.from_array(np.array([[0, 0], [-4, 4], [4, -4]], np.float32), "table")
    axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
    _saved(
        folder,
        [
            helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
            helper.make_node("Mul", ["rows", "wide"], ["kept"]),
            helper.make_node("ReduceSum", ["kept", "axes"], ["logits"], keepdims=0),
        ],
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 2])],
        [table, axes, numpy_helper.from_array(np.array([2], np.int64), "last")],
    )
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(_VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    if limit:
        tokenizer.enable_truncation(limit)
    tokenizer.save(str(folder / "tokenizer.json"))
    return OnnxModel(str(folder), "little", "hate")


def of_texts(folder):
    """A text as it is, as scikit-learn's pipelines take it: the class, then the chances of both."""
    from onnx import TensorProto, helper

    _saved(
        folder,
        [
            helper.make_node(
                "LabelEncoder", ["text"], ["yes"], domain="ai.onnx.ml", keys_strings=["pisa"], values_floats=[0.9],
                default_float=0.2,
            ),
            helper.make_node("Constant", [], ["one"], value_float=1.0),
            helper.make_node("Sub", ["one", "yes"], ["no"]),
            helper.make_node("Concat", ["no", "yes"], ["probabilities"], axis=1),
            helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
        ],
        [helper.make_tensor_value_info("text", TensorProto.STRING, ["n", 1])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 2]),
        ],
    )  # fmt: skip
    return OnnxModel(str(folder), "texts", "hate")


@installed
def test_a_model_of_tokens_gives_the_chance_of_its_last_class(tmp_path):
    model = of_tokens(tmp_path / "m")
    assert model.chance("Pisa janë") == pytest.approx(1 / (1 + np.exp(-8)))
    assert model.chance("një mik") == pytest.approx(1 / (1 + np.exp(8)))
    assert model.chance("asgjë") == pytest.approx(0.5)
    assert of_tokens(tmp_path / "short", limit=2).chance("mik mik pisa pisa pisa") < 0.01, (
        "cut where the tokenizer says"
    )


@installed
def test_a_model_of_texts(tmp_path):
    model = of_texts(tmp_path / "m")
    assert model.chance("pisa") == pytest.approx(0.9) and model.chance("mik") == pytest.approx(0.2)


@installed
def test_what_is_missing_or_broken_is_said(tmp_path):
    with pytest.raises(BesaError, match=r"no model\.onnx"):
        OnnxModel(str(tmp_path), "m", "hate").chance("x")
    of_tokens(tmp_path / "m")
    (tmp_path / "m" / "tokenizer.json").unlink()
    with pytest.raises(BesaError, match=r"no tokenizer\.json"):
        OnnxModel(str(tmp_path / "m"), "m", "hate").chance("x")
    (tmp_path / "m" / "tokenizer.json").write_text("{}")
    with pytest.raises(BesaError, match="cannot be read"):
        OnnxModel(str(tmp_path / "m"), "m", "hate").chance("x")
    (tmp_path / "m" / "model.onnx").write_bytes(b"rubbish")
    with pytest.raises(BesaError, match="not a model"):
        OnnxModel(str(tmp_path / "m"), "m", "hate").chance("x")


def test_without_the_library_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(BesaError, match="onnxruntime") as refused:
        OnnxModel(str(tmp_path / "never"), "m", "hate").chance("x")
    assert "pip install onnxruntime tokenizers" in refused.value.remedy


@pytest.mark.parametrize(
    ("outputs", "chance"),
    [
        ([np.array([[0.3, 0.7]], np.float32)], 0.7), ([np.array([[0.0]], np.float32)], 0.0),
        ([np.array([[2.0]], np.float32)], 1 / (1 + np.exp(-2))), ([np.array([[1.0, 1.0]], np.float32)], 0.5),
        ([np.array([1]), [{0: 0.25, 1: 0.75}]], 0.75), ([np.array(["yes"]), np.array([[0.1, 0.9]], np.float32)], 0.9),
        ([np.array([[-1.0, 1.0]], np.float32), np.zeros((1, 3, 4), np.float32)], 1 / (1 + np.exp(-2))),
    ],
)  # fmt: skip
def test_the_chance_among_what_models_answer(outputs, chance):
    assert _chance_of(outputs) == pytest.approx(chance)
    with pytest.raises(BesaError):
        _chance_of([np.array([[np.nan, 1]], np.float32)])


@installed
@pytest.mark.django_db
def test_a_run_uses_the_folder_that_the_settings_name(home, election):
    of_tokens(home.root / "models" / "little")
    bring([post(1, "Takim në fshat"), post(2, "Pisa janë"), post(3, "Rrugë e re me një mik")])
    with transaction.atomic():
        election.settings = {"local_model": {"onnx": "little", "concern": "hate"}}
        election.save()
        record(by=BELT, act="test.settings", rows=[election], election=election.slug)
    done = actions.run(by=BELT, election=election)
    assert not Run.objects.get().problems
    assert done["signals"] == {"local": 2}, "the post of which the model knows no word stands at one half"
