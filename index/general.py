"""Learn from public questions how to read one, for libraries that have none of their own.

Contrastive learning of low-rank changes, as in ``tune.py``: a made-up question against the titles
and the passages of every answer of the collection, and a long message against the questions that
such messages ask. What there is to find stays as the published encoder reads it. A quarter of an
hour on two quiet cores. It imports torch, so only the command that learns imports it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from index.export import load_model
from index.lowrank import Part, changed, changes, encoded, learn, parameters
from index.progress import Progress
from index.public import Pair, Summary, asked, load_pairs, load_summaries
from index.search import Index
from index.tuning import Tuning, published

AT_ONCE = 500  # texts
BATCH, MESSAGES = 48, 12  # questions and long messages in a step
STEP = 5e-4
SHARPNESS = 20.0  # of the softmax over cosines
SAME = 0.93  # cosine of two titles from which they ask the same
PASSAGES = 0.7  # how much finding the passage counts beside finding the title
WRONG = -1e4
SEED = 7


@dataclass(frozen=True, slots=True)
class Public:
    """Answered questions and long messages, with unit vectors of what is to be found: titles and
    passages, (pairs, d), and what the messages ask, (messages, d)."""

    pairs: Sequence[Pair]
    summaries: Sequence[Summary]
    titles: Tensor
    passages: Tensor
    questions: Tensor


class Step(NamedTuple):
    """Numbers of the pairs and of the messages that one step learns from."""

    pairs: Sequence[int]
    messages: Sequence[int]


def tune_generally(index: Index, progress: Progress, folder: Path) -> Tuning:
    """A tuning of the index's encoder, learnt from the public questions in `folder`; ValueError
    if these are not there."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    public = _public(index, progress, load_pairs(folder), load_summaries(folder))
    model = load_model(index.recipe.encoder)
    layers = changed(model[0].model)
    learn(
        [Part(parameters(layers), STEP)],
        list(_steps(public)),
        partial(_loss, model, public),
        partial(progress, "tuning the encoder", 1),
    )
    return Tuning(changes(layers), published(index.recipe.encoder_files))


def _public(
    index: Index, progress: Progress, pairs: Sequence[Pair], summaries: Sequence[Summary]
) -> Public:
    total = 2 * len(pairs) + len(summaries)

    def vectors(texts: Sequence[str]) -> Tensor:
        read = []
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            read.append(index.encoder.encode(some))
            progress("reading what there is to find", len(some), total)
        return torch.from_numpy(np.concatenate(read))

    return Public(
        pairs,
        summaries,
        vectors([pair.question for pair in pairs]),
        vectors([pair.passage for pair in pairs]),
        vectors([summary.question for summary in summaries]),
    )


def _steps(public: Public) -> Iterator[Step]:
    """Every pair once, in a new order, each step beside some of the messages."""
    order = random.sample(range(len(public.pairs)), len(public.pairs))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        messages = random.sample(range(len(public.summaries)), MESSAGES)
        yield Step(order[start : start + BATCH], messages)


def _loss(model: Any, public: Public, step: Step) -> Tensor:
    """How badly questions find their titles and passages, and messages what they ask."""
    asking = [asked(public.pairs[number]) for number in step.pairs]
    telling = [public.summaries[number].message for number in step.messages]
    vectors = SHARPNESS * encoded(model, [*asking, *telling])
    questions, messages = vectors.split((len(asking), len(telling)))
    right = torch.tensor(step.pairs)
    same = public.titles[right] @ public.titles.T > SAME
    same[torch.arange(len(right)), right] = False

    def missed(found: Tensor) -> Tensor:
        return cross_entropy((questions @ found.T).masked_fill(same, WRONG), right)

    told = cross_entropy(messages @ public.questions.T, torch.tensor(step.messages))
    return missed(public.titles) + PASSAGES * missed(public.passages) + told
