"""A sentence-transformers model into the files that serving loads, checked against the original.

Only door to sentence_transformers and torch, and only building goes through it: importing them
takes seconds and hundreds of megabytes that answering a question does not need.
"""

import json
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.encode import (
    MESSAGE_MODEL,
    MODEL,
    QUERY_MODEL,
    SETTINGS,
    TOKENIZER,
    TextEncoder,
    Vectors,
)
from index.model import PACKAGED, Prompts, model_folder, prompts
from index.tuning import Tuning

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PRECISIONS = ("int8", "fp32")
LONGEST = 256  # tokens, of a model that names no limit
TOP = 10  # passages


class Samples(NamedTuple):
    """What the exported encoder and the original are compared on."""

    questions: Sequence[str]
    passages: Sequence[str]


class Learnt(NamedTuple):
    """What the encoder has learnt for some texts, which then get a model of their own."""

    questions: Tuning | None = None
    messages: Tuning | None = None


NOTHING = Learnt()


class Originals(NamedTuple):
    """The models that the exported encoder is compared with, by what they read."""

    passages: "SentenceTransformer"
    questions: "SentenceTransformer"
    messages: "SentenceTransformer"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much the exported encoder is like the original."""

    mean_cosine: float  # of a vector to the original's
    least_cosine: float
    shared: float  # of each question's ten nearest passages, those that are the same, on average


# int8 gave 0.995, 0.991 and 0.91 for the packaged model on 100 passages and 25 questions, and 0.989
# and 0.974 on single words; a wrong pooling, prompt or tokenizer gives far less.
NEEDED = Agreement(mean_cosine=0.98, least_cosine=0.96, shared=0.8)


def load_model(model: str = PACKAGED) -> "SentenceTransformer":
    """The original model, through sentence-transformers, on the CPU and without a network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    with _quiet():
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    settings = {"attn_implementation": "eager"}  # the one that exports with free axes
    folder = str(model_folder(model))
    with _quiet():
        return SentenceTransformer(folder, device="cpu", model_kwargs=settings)


def export_encoder(  # noqa: PLR0913, PLR0917 (what a vector depends on)
    model: str,
    into: Path,
    samples: Samples,
    precision: str = "int8",
    wanted: Prompts | None = None,
    learnt: Learnt = NOTHING,
) -> TextEncoder:
    """Write models and tokenizer to `into`; ValueError if they differ from the originals."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision {precision!r} is none of {', '.join(PRECISIONS)}")
    told = wanted or prompts(model_folder(model))
    original = load_model(model)
    _refuse_what_cannot_be_exported(original, model, told)
    others = [tuned(load_model(model), each) if each else original for each in learnt]
    originals = Originals(original, *others)
    for each, file in zip(originals, (MODEL, QUERY_MODEL, MESSAGE_MODEL), strict=True):
        if file == MODEL or each is not original:
            _write(each, into / file, precision)
    original.tokenizer.backend_tokenizer.save(str(into / TOKENIZER))
    settings = {
        "longest": int(original.max_seq_length or LONGEST),
        "query_prompt": told.query,
        "passage_prompt": told.passage,
    }
    (into / SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
    encoder = TextEncoder(into)
    found = agreement(encoder, originals, samples, told)
    refuse_if_unlike(found, model, precision)
    text = json.dumps(settings | {"agreement": asdict(found)}, indent=2)
    (into / SETTINGS).write_text(text + "\n", encoding="utf-8")
    return encoder


def tuned(model: "SentenceTransformer", tuning: Tuning) -> "SentenceTransformer":
    """The model with the changes added to its weights."""
    import torch

    with torch.no_grad():
        for layer, (down, up) in tuning.changes.items():
            weight = model[0].model.get_submodule(layer).weight
            weight += torch.from_numpy(up @ down)
    return model


def _write(model: "SentenceTransformer", file: Path, precision: str) -> None:
    from index.optimize import optimize  # takes a second to import

    config = model[0].model.config
    heads, hidden = (getattr(config, name, 0) for name in ("num_attention_heads", "hidden_size"))
    with _quiet():
        _export_onnx(model, file)
        optimize(file, precision, config.model_type, heads, hidden)


def _refuse_what_cannot_be_exported(
    original: "SentenceTransformer", model: str, told: Prompts
) -> None:
    if not hasattr(original.tokenizer, "backend_tokenizer"):
        raise ValueError(f"{model!r} has no fast tokenizer (tokenizer.json), which serving needs")
    pooling = [module for module in original if hasattr(module, "include_prompt")]
    if (told.query or told.passage) and not all(module.include_prompt for module in pooling):
        raise ValueError(f"{model!r} leaves its prompts out of the vector, which is not supported")


def _export_onnx(model: "SentenceTransformer", file: Path) -> None:
    """The whole model, and normalising, as one ONNX graph: token ids of one text in, vector out.

    Texts are encoded one by one, so nothing is padded and every token counts.
    """
    import torch

    class Whole(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    torch.onnx.export(
        Whole().eval(),
        (torch.ones((1, 8), dtype=torch.int64),),
        str(file),
        input_names=["input_ids"],
        output_names=["vectors"],
        dynamic_axes={"input_ids": {1: "tokens"}},
        dynamo=False,
        opset_version=17,
    )


def agreement(
    encoder: TextEncoder, originals: Originals, samples: Samples, told: Prompts
) -> Agreement:
    """Compare the vectors, and which passages come first, on real questions and passages."""
    asked = _original(originals.questions, samples.questions, told.query)
    said = _original(originals.messages, samples.questions, "")
    held = _original(originals.passages, samples.passages, told.passage)
    questions = np.stack([encoder.encode_query(text) for text in samples.questions])
    messages = np.stack([encoder.encode_message(text) for text in samples.questions])
    passages = encoder.encode(samples.passages)
    compared = (asked, questions), (said, messages), (held, passages)
    cosines = np.concatenate([(one * other).sum(axis=1) for one, other in compared])
    pairs = zip(_nearest(asked, held), _nearest(questions, passages), strict=True)
    shared = [len(one & other) / len(one) for one, other in pairs]
    return Agreement(float(cosines.mean()), float(cosines.min()), float(np.mean(shared)))


def _original(original: "SentenceTransformer", texts: Sequence[str], prompt: str) -> Vectors:
    vectors = original.encode(list(texts), prompt=prompt, normalize_embeddings=True)
    return np.asarray(vectors, np.float32)


def _nearest(questions: Vectors, passages: Vectors) -> list[set[int]]:
    order = np.argsort(-(questions @ passages.T), axis=1, kind="stable")
    return [set(row.tolist()) for row in order[:, :TOP]]


def refuse_if_unlike(found: Agreement, model: str, precision: str) -> None:
    """ValueError with all three numbers if one of them is too low, or is none."""
    if all(getattr(found, name) >= least for name, least in asdict(NEEDED).items()):
        return
    advice = "; try --precision fp32" if precision != "fp32" else ""
    raise ValueError(
        f"the exported {model} differs from the original: cosine {found.mean_cosine:.4f} on "
        f"average and {found.least_cosine:.4f} at worst, {found.shared:.0%} of the ten nearest "
        f"the same; at least {NEEDED.mean_cosine}, {NEEDED.least_cosine} and "
        f"{NEEDED.shared:.0%} are needed{advice}"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' advice to developers off the maintainer's screen."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
