"""Learn the tuning from the questions of a library: each shall find its own sentence and passage.

Contrastive learning (InfoNCE, https://arxiv.org/abs/1807.03748) of low-rank changes to every linear
layer: a question against the vectors of all sentences and of all passages, which stay as they
are, and against other questions for the same sentence. Sentences that say the same as the right
one are not counted as wrong. Eight minutes on two quiet cores. It imports torch, so only the
command that learns imports it.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from index.export import load_model
from index.layout import ASKED_VECTORS, asked_starts, embedded_texts
from index.progress import Progress
from index.search import Index
from index.tuning import Tuning, published

RANK = 16
ROUNDS = 3  # over all questions
PAIRS = 48  # of questions with the same answer, in a batch
LONGEST = 40  # tokens of a question that are read
STEP = 1e-3  # rises over the first batches, then falls to nothing
WARMING = 20  # batches
DECAY = 0.01
DROPOUT = 0.05
SHARPNESS = 20.0  # of the softmax over cosines
SAME = 0.8  # cosine from which two sentences say the same
PASSAGES = 0.5  # how much finding the passage counts beside finding the sentence
WRONG = -1e4
FEWEST = 1000  # questions; from fewer there is nothing to learn
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
class Lesson:
    """What there is to find: unit vectors of all sentences, (s, d), and of all passages, (p, d)."""

    questions: Sequence[Sequence[str]]  # of each sentence
    sentences: Tensor
    passages: Tensor
    holding: Tensor  # (s,) number of each sentence's passage
    same: Tensor  # (s, s) which sentences say the same

    def pairs(self) -> list[tuple[int, str, str]]:
        """A sentence and two of its questions, each question once, in a new order."""
        found = []
        for number, questions in enumerate(self.questions):
            drawn = random.sample(questions, len(questions))
            drawn += [random.choice(questions)] if len(questions) % 2 else []  # noqa: S311
            found += [(number, *pair) for pair in zip(drawn[::2], drawn[1::2], strict=True)]
        return random.sample(found, len(found))


def tune(index: Index, progress: Progress) -> Tuning:
    """The tuning of a built index's encoder; ValueError if its library asks too little."""
    lesson = _lesson(index)
    random.seed(SEED)
    torch.manual_seed(SEED)
    model = load_model(index.recipe.encoder)
    layers = _changed(model[0].model)
    batches = list(_batches(lesson))
    learnt = [part for layer in layers.values() for part in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(learnt, STEP, weight_decay=DECAY)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1, (k + 1) / WARMING) * max(0.02, 1 - k / len(batches))
    )
    for batch in batches:
        optimizer.zero_grad()
        _loss(model, lesson, batch).backward()
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        pace.step()
        progress("tuning the encoder", 1, len(batches))
    changes = {name: _arrays(layer) for name, layer in layers.items()}
    return Tuning(changes, published(index.recipe.encoder_files))


def _lesson(index: Index) -> Lesson:
    asked = embedded_texts(index.passages)[ASKED_VECTORS]
    if len(asked) < FEWEST:
        raise ValueError(f"the library has {len(asked)} questions, and {FEWEST} are needed")
    starts = asked_starts(index.passages).tolist()
    sentences = torch.from_numpy(index.sentence_vectors.every())
    return Lesson(
        [asked[start:end] for start, end in pairwise(starts)],
        sentences,
        torch.from_numpy(index.passage_vectors.every()),
        torch.repeat_interleave(torch.from_numpy(np.diff(index.sentence_starts))),
        sentences @ sentences.T > SAME,
    )


def _batches(lesson: Lesson) -> Iterator[list[tuple[int, str, str]]]:
    pairs = [pair for _ in range(ROUNDS) for pair in lesson.pairs()]
    for start in range(0, len(pairs) - PAIRS + 1, PAIRS):
        yield pairs[start : start + PAIRS]


def _changed(model: nn.Module) -> dict[str, Changed]:
    """Exchange the linear layers of the encoder's blocks, the only ones that learn."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    linear = {n: m for n, m in model.encoder.named_modules() if isinstance(m, nn.Linear)}
    changed = {f"encoder.{name}": Changed(layer) for name, layer in linear.items()}
    for name, layer in changed.items():
        model.set_submodule(name, layer)
    model.train()
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = DROPOUT
    return changed


def _loss(model: Any, lesson: Lesson, batch: Sequence[tuple[int, str, str]]) -> Tensor:
    """How badly a batch of pairs finds what it should."""
    once = torch.tensor([number for number, _, _ in batch])
    answers = torch.cat((once, once))
    vectors = _encoded(model, [one for _, one, _ in batch] + [other for _, _, other in batch])
    alike = lesson.same[answers].clone()
    alike[torch.arange(len(answers)), answers] = False
    found = SHARPNESS * vectors @ lesson.sentences.T
    loss = cross_entropy(found.masked_fill(alike, WRONG), answers)
    loss += PASSAGES * cross_entropy(
        SHARPNESS * vectors @ lesson.passages.T, lesson.holding[answers]
    )
    ones, others = vectors.split(len(batch))
    alike = lesson.same[once][:, once] & ~torch.eye(len(batch), dtype=torch.bool)
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
