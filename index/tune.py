"""Learn the tuning from the questions of a library: each shall find its own sentence and passage.

Contrastive learning (InfoNCE, https://arxiv.org/abs/1807.03748) of low-rank changes to every linear
layer: a question, alone or after other messages, against the vectors of all sentences and of all
passages, which stay as they are, and against other questions for the same sentence, nearer to these
than one beside them that has no answer. Sentences that say the same as the right one are not
counted as wrong. An hour on two cores, less where these multiply half precision. It imports torch,
so only the command that learns imports it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from corpus import library_folders
from corpus.asked import load_beside, load_beyond
from corpus.names import load_names
from corpus.talks import load_talks
from index.export import load_model
from index.lesson import Example, lesson_of
from index.lowrank import Part, changed, changes, encoded, learn, parameters
from index.progress import Progress
from index.search import Index
from index.tuning import Tuning, published

ROUNDS = 3  # over all questions
PAIRS = 48  # of questions with the same answer, in a batch
STEP, STEP_ON = 1e-3, 4e-4  # from nothing, from a kept tuning
SHARPNESS = 20.0  # of the softmax over cosines
SAME = 0.8  # cosine from which two sentences say the same
PASSAGES = 0.5  # how much finding the passage counts beside finding the sentence
BESIDE = 0.5  # how much telling a sentence's questions apart counts beside telling its own
WRONG = -1e4
SEED = 7


@dataclass(frozen=True, slots=True)
class There:
    """What there is to find: unit vectors of all sentences, (s, d), and of all passages, (p, d)."""

    sentences: Tensor
    passages: Tensor
    holding: Tensor  # (s,) number of each sentence's passage
    same: Tensor  # (s, s) which sentences say the same


def tune(
    index: Index, progress: Progress, kept: Tuning | None = None, *, later: bool = False
) -> Tuning:
    """The tuning of a built index's encoder; ValueError if its library asks too little.

    With a `kept` one it goes on from there: one round over all questions, and one of which half are
    `later` messages, or two of these.
    """
    random.seed(SEED)
    torch.manual_seed(SEED)
    folders = library_folders()
    lesson = lesson_of(
        index, load_talks(folders), load_names(), load_beside(folders), load_beyond(folders)
    )
    there = _there(index)
    model = load_model(index.recipe.encoder)
    layers = changed(model[0].model, kept)
    on = (lesson.later if later else lesson.round, lesson.later)
    rounds = on if kept else (lesson.round,) * ROUNDS
    drawn = [draw() for draw in rounds]
    batches = list(_batches(list(chain.from_iterable(drawn))))
    learn(
        [Part(parameters(layers), STEP_ON if kept else STEP)],
        batches,
        partial(_loss, model, there),
        partial(progress, "tuning the encoder", 1),
    )
    return Tuning(changes(layers), published(index.recipe.encoder_files))


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


def _loss(model: Any, there: There, batch: Sequence[Example]) -> Tensor:
    """How badly a batch of examples finds what it should."""
    once = torch.tensor([example.answers[0] for example in batch])
    answers = torch.cat((once, once))
    vectors = torch.cat(
        (
            encoded(model, [example.text for example in batch]),
            encoded(model, [example.other for example in batch]),
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
    right = torch.arange(len(batch))
    wrong = _beside(model, batch)

    def told(anchors: Tensor, found: Tensor) -> Tensor:
        """How badly each anchor tells its own of some questions, and from the one beside it."""
        nearness = (SHARPNESS * anchors @ found.T).masked_fill(alike, WRONG)
        own = SHARPNESS * (anchors * wrong).sum(1, keepdim=True)
        own = own.masked_fill((wrong == 0).all(1, keepdim=True), WRONG)
        return cross_entropy(torch.cat((nearness, own), 1), right)

    sentences = there.sentences[once]
    return loss + (told(ones, others) + told(others, ones) + BESIDE * told(sentences, ones)) / 2


def _beside(model: Any, batch: Sequence[Example]) -> Tensor:
    """The questions beside those of a batch, shape (len(batch), d), and zeros where none is."""
    rows = [row for row, example in enumerate(batch) if example.beside]
    found = torch.zeros(len(batch), model.get_embedding_dimension())
    if not rows:
        return found
    vectors = encoded(model, [batch[row].beside for row in rows])
    return found.index_copy(0, torch.tensor(rows), vectors)
