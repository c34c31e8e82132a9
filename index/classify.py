"""Learn to tell messages apart: low-rank changes to the encoder, and a linear layer over it.

Cross-entropy over the classes. What is plentiful is drawn anew for every round. Fifteen minutes for
10,000 messages a round on two cores. It imports torch, so only what learns imports it.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from index.export import load_model
from index.lowrank import Part, changed, changes, encoded, learn, parameters
from index.progress import Progress
from index.tuning import Tuning, published

ROUNDS = 4
SOME = 3_000  # of what is plentiful, in a round
TOGETHER = 32  # messages in a batch, of about the same length
SORTED = 20  # batches whose messages are sorted by length
STEP, OUTER_STEP = 1e-3, 5e-3  # of the encoder, of the layer over it
SHARPNESS = 8.0
SEED = 1


class Example(NamedTuple):
    """A message and its class."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Classifier:
    """A tuning for messages, and the scores of the classes: vector @ slopes + starts."""

    tuning: Tuning
    classes: tuple[str, ...]
    slopes: npt.NDArray[np.float32]  # (dimension, classes)
    starts: npt.NDArray[np.float32]


def classify(
    encoder: str,
    files: Mapping[str, str],
    examples: Sequence[Example],
    plentiful: Sequence[Example],
    progress: Progress,
) -> Classifier:
    """Learn from all examples and, in every round, some of the plentiful ones.

    `files` are the hashes of the encoder's, as in a recipe.
    """
    random.seed(SEED)
    torch.manual_seed(SEED)
    classes = tuple(sorted({example.name for example in (*examples, *plentiful)}))
    model = load_model(encoder)
    layers = changed(model[0].model)
    over = nn.Linear(model.get_embedding_dimension(), len(classes))
    batches = [b for _ in range(ROUNDS) for b in _round(examples, plentiful)]

    def loss(batch: Sequence[Example]) -> Tensor:
        scores = SHARPNESS * over(encoded(model, [example.text for example in batch]))
        return cross_entropy(scores, torch.tensor([classes.index(e.name) for e in batch]))

    parts = Part(parameters(layers), STEP), Part(list(over.parameters()), OUTER_STEP)
    learn(parts, batches, loss, partial(progress, "telling messages apart", 1))
    return Classifier(
        Tuning(changes(layers), published(files)),
        classes,
        SHARPNESS * over.weight.detach().numpy().T,
        SHARPNESS * over.bias.detach().numpy(),
    )


def _round(
    examples: Sequence[Example], plentiful: Sequence[Example]
) -> Iterator[Sequence[Example]]:
    """Batches of all examples and some of the plentiful, in a new order."""
    drawn = [*examples, *random.sample(plentiful, min(SOME, len(plentiful)))]
    drawn = random.sample(drawn, len(drawn))
    for start in range(0, len(drawn), TOGETHER * SORTED):
        near = sorted(drawn[start : start + TOGETHER * SORTED], key=lambda e: len(e.text))
        batches = [near[at : at + TOGETHER] for at in range(0, len(near), TOGETHER)]
        yield from random.sample(batches, len(batches))
