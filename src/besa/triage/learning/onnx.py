"""A model of one's own in the ONNX format, run in this process. Off until the election's settings name its folder.

The folder holds `model.onnx` and, unless that takes texts as they are (as scikit-learn's pipelines do), the
`tokenizer.json` of the `tokenizers` library. Nothing is fetched. `onnxruntime` and `tokenizers` are installed by
whoever wants this; Besa does not need them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from besa.base.errors import BesaError

#: Pieces of a text that are read, where the tokenizer sets no limit of its own.
_MOST = 512


@dataclass(frozen=True)
class OnnxModel:
    """`folder` holds the files, `model` is its name; the chance is that of the last class."""

    folder: str
    model: str
    concern: str
    #: from this chance on its answer is a signal
    speaks_from: float = 0.5

    def chance(self, text: str) -> float:
        """0 to 1. Raises BesaError where a library or a file is missing, or the model is of another kind."""
        return _chance_of(_opened(self.folder)(text))


@lru_cache(maxsize=2)
def _opened(folder: str) -> Callable[[str], list]:
    """What gives the model's outputs for a text."""
    onnxruntime = _library("onnxruntime")
    path = Path(folder, "model.onnx")
    if not path.is_file():
        raise BesaError("There is no model.onnx.", where=folder, remedy="Put model.onnx into this folder.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # several workers run at once
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has no error of its own for a broken file
        raise BesaError(f"This is not a model that can be run ({type(error).__name__}).", where=str(path)) from None
    inputs = session.get_inputs()
    if len(inputs) == 1 and inputs[0].type == "tensor(string)":
        shape = (1,) * max(1, len(inputs[0].shape))
        return lambda text: session.run(None, {inputs[0].name: np.full(shape, text, dtype=object)})
    tokenizer = _tokenizer(Path(folder, "tokenizer.json"))

    def of(text: str) -> list:
        cut = tokenizer.encode(text)
        known = {"input_ids": cut.ids, "attention_mask": cut.attention_mask, "token_type_ids": cut.type_ids}
        try:
            given = {
                one.name: np.array([known[one.name]], np.int32 if one.type == "tensor(int32)" else np.int64)
                for one in inputs
            }
        except KeyError as error:
            raise BesaError(f"The model asks for {error}, which no tokenizer gives.", where=str(path)) from None
        return session.run(None, given)

    return of


def _tokenizer(path: Path):
    if not path.is_file():
        raise BesaError("There is no tokenizer.json.", where=str(path), remedy="Put it beside model.onnx.")
    try:
        found = _library("tokenizers").Tokenizer.from_file(str(path))
    except BesaError:
        raise
    except Exception as error:  # the library raises bare exceptions
        raise BesaError(f"This tokenizer cannot be read ({error}).", where=str(path)) from None
    found.no_padding()
    if found.truncation is None:
        found.enable_truncation(_MOST)
    return found


def _library(name: str):
    try:
        return __import__(name)
    except ImportError:
        raise BesaError(
            f"A model in the ONNX format needs {name}, which is not installed.",
            remedy="Install it beside Besa: pip install onnxruntime tokenizers",
        ) from None


def _chance_of(outputs: list) -> float:
    """Of the last class: from probabilities (a row of numbers or a table), else from scores."""
    row = outputs[-1] if len(outputs) > 1 and not _is_scores(outputs[0]) else outputs[0]
    if isinstance(row, list) and row and isinstance(row[0], dict):  # scikit-learn's table of classes
        return float(row[0][max(row[0])])
    scores = np.asarray(row, dtype=float).ravel()
    if not len(scores) or not np.isfinite(scores).all():
        raise BesaError("The model did not answer with numbers.")
    if len(scores) == 1:
        return float(scores[0]) if 0 <= scores[0] <= 1 else float(1 / (1 + np.exp(-np.clip(scores[0], -30, 30))))
    if scores.min() >= 0 and abs(scores.sum() - 1) < 1e-3:
        return float(scores[-1])
    likely = np.exp(scores - scores.max())
    return float(likely[-1] / likely.sum())


def _is_scores(output) -> bool:
    """scikit-learn gives the class itself first: whole numbers or words."""
    return isinstance(output, np.ndarray) and output.dtype.kind == "f"
