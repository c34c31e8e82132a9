"""Learn the tuning from the questions of a library: each shall find its own sentence and passage.

Contrastive learning (InfoNCE, https://arxiv.org/abs/1807.03748) of low-rank changes to every linear
layer: a question, alone or after other messages, against the vectors of all sentences and of all
passages, which stay as they are, and against other questions for the same sentence. Sentences that
say the same as the right one are not counted as wrong. Fifty minutes on two cores. It imports
torch, so only the command that learns imports it.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from corpus import library_folders
from corpus.names import load_names
from corpus.talks import load_talks
from index.export import load_model
from index.lesson import Example, lesson_of
from index.progress import Progress
from index.search import Index
from index.tuning import Tuning, published

RANK = 16
ROUNDS, ROUNDS_ON = 3, 2  # over all questions; over the later messages, from a kept tuning
PAIRS = 48  # of questions with the same answer, in a batch
LONGEST = 96  # tokens that are read
STEP, STEP_ON = (
    1e-3,
    4e-4,
)  # from nothing, from a kept tuning; rises over the first batches, then falls to nothing
WARMING = 20  # batches
DECAY = 0.01
DROPOUT = 0.05
SHARPNESS = 20.0  # of the softmax over cosines
SAME = 0.8  # cosine from which two sentences say the same
PASSAGES = 0.5  # how much finding the passage counts beside finding the sentence
WRONG = -1e4
SEED = 7


class Changed(nn.Module):  # type: ignore[misc]
    """A linear layer that is kept, and a low-rank change to it that is learnt."""

    def __init__(self, kept: nn.Linear) -> None:
        super().__init__()
        self.kept = kept
        self.down = nn.Parameter(torch.randn(RANK, kept.in_features) / math.sqrt(kept.in_features))
        self.up = nn.Parameter(torch.zeros(kept.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """Shape (..., in) to (..., out)."""
        return self.kept(x) + (x @ self.down.T) @ self.up.T


@dataclass(frozen=True, slots=True)
class There:
    """What there is to find: unit vectors of all sentences, (s, d), and of all passages, (p, d)."""

    sentences: Tensor
    passages: Tensor
    holding: Tensor  # (s,) number of each sentence's passage
    same: Tensor  # (s, s) which sentences say the same


def tune(index: Index, progress: Progress, kept: Tuning | None = None) -> Tuning:
    """The tuning of a built index's encoder; ValueError if its library asks too little.

    With a `kept` one it goes on from there, and half of what it learns are later messages.
    """
    random.seed(SEED)
    torch.manual_seed(SEED)
    lesson = lesson_of(index.passages, load_talks(library_folders()), load_names())
    there = _there(index)
    model = load_model(index.recipe.encoder)
    layers = _changed(model[0].model, kept)
    drawn = (
        [lesson.later() for _ in range(ROUNDS_ON)]
        if kept
        else [lesson.round() for _ in range(ROUNDS)]
    )
    batches = list(_batches(list(chain.from_iterable(drawn))))
    learnt = [part for layer in layers.values() for part in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(learnt, STEP_ON if kept else STEP, weight_decay=DECAY)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1, (k + 1) / WARMING) * max(0.02, 1 - k / len(batches))
    )
    for batch in batches:
        optimizer.zero_grad()
        _loss(model, there, batch).backward()
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        pace.step()
        progress("tuning the encoder", 1, len(batches))
    changes = {name: _arrays(layer) for name, layer in layers.items()}
    return Tuning(changes, published(index.recipe.encoder_files))


def _there(index: Index) -> There:
    sentences = torch.from_numpy(index.sentence_vectors.every())
    return There(
        sentences,
        torch.from_numpy(index.passage_vectors.every()),
        torch.repeat_interleave(torch.from_numpy(np.diff(index.sentence_starts))),
        sentences @ sentences.T > SAME,
    )


def _batches(examples: Sequence[Example]) -> Iterator[Sequence[Example]]:
    for start in range(0, len(examples) - PAIRS + 1, PAIRS):
        yield examples[start : start + PAIRS]


def _changed(model: nn.Module, kept: Tuning | None) -> dict[str, Changed]:
    """Exchange the linear layers of the encoder's blocks, the only ones that learn."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    linear = {n: m for n, m in model.encoder.named_modules() if isinstance(m, nn.Linear)}
    changed = {f"encoder.{name}": Changed(layer) for name, layer in linear.items()}
    for name, layer in changed.items():
        model.set_submodule(name, layer)
        if kept:
            layer.down.data, layer.up.data = map(torch.from_numpy, kept.changes[name])
    model.train()
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = DROPOUT
    return changed


def _loss(model: Any, there: There, batch: Sequence[Example]) -> Tensor:
    """How badly a batch of examples finds what it should."""
    once = torch.tensor([example.answers[0] for example in batch])
    answers = torch.cat((once, once))
    vectors = torch.cat(
        (
            _encoded(model, [example.text for example in batch]),
            _encoded(model, [example.other for example in batch]),
        )
    )
    alike = there.same[answers].clone()
    for row, example in enumerate((*batch, *batch)):
        alike[row, list(example.answers)] = True
    alike[torch.arange(len(answers)), answers] = False
    found = SHARPNESS * vectors @ there.sentences.T
    loss = cross_entropy(found.masked_fill(alike, WRONG), answers)
    loss += PASSAGES * cross_entropy(SHARPNESS * vectors @ there.passages.T, there.holding[answers])
    ones, others = vectors.split(len(batch))
    alike = there.same[once][:, once] & ~torch.eye(len(batch), dtype=torch.bool)
    paired, right = (
        (SHARPNESS * ones @ others.T).masked_fill(alike, WRONG),
        torch.arange(len(batch)),
    )
    return loss + (cross_entropy(paired, right) + cross_entropy(paired.T, right)) / 2


def _encoded(model: Any, texts: Sequence[str]) -> Tensor:
    """Mean of the token vectors, of length one, with gradients; shape (len(texts), d)."""
    tokens = model.tokenizer(
        list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
    )
    states = model[0].model(**tokens).last_hidden_state
    counted = tokens["attention_mask"].unsqueeze(-1)
    return normalize((states * counted).sum(1) / counted.sum(1), dim=-1)


def _arrays(layer: Changed) -> tuple[Any, Any]:
    return layer.down.detach().numpy(), layer.up.detach().numpy()
