"""Learn the adapters from the questions of a library: each shall find its own sentence.

Contrastive learning with the other sentences of a batch as wrong answers (InfoNCE,
https://arxiv.org/abs/1807.03748), on vectors that the encoder has already made, so that it takes
a minute and no accelerator. Sentences that say the same as the right one are not counted as wrong.
It imports torch, so only the command that learns imports it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from index.adapter import Adapter, Adapters
from index.layout import ASKED_VECTORS, asked_starts, embedded_texts
from index.progress import Progress
from index.search import Index

RANK = 64
ROUNDS = 12  # over all questions
BATCH = 512
STEP = 3e-3  # falls to nothing over the rounds
DECAY = 0.1
SHARPNESS = 20.0  # of the softmax over cosines
SAME = 0.8  # cosine from which two sentences say the same
FEWEST = 1000  # questions; from fewer there is nothing to learn
SEED = 20261126

Turn = Callable[[Tensor], Tensor]  # unit vectors to unit vectors


@dataclass(frozen=True, slots=True)
class Lesson:
    """The vectors of all questions, shape (q, d), of all sentences, (s, d), and which is whose."""

    questions: Tensor
    sentences: Tensor
    answers: Tensor  # (q,) number of the sentence that answers, never falling

    def by_sentences(self, chosen: Tensor, turn: Turn) -> Tensor:
        """Cosines of turned questions to their sentences, shape (n, n); the right ones on the
        diagonal."""
        return turn(self.questions[chosen]) @ self.sentences[self.answers[chosen]].T

    def by_siblings(self, chosen: Tensor, turn: Turn) -> Tensor:
        """Cosines of turned questions to turned questions with the same answers."""
        return turn(self.questions[chosen]) @ turn(self.questions[self._siblings(chosen)]).T

    def saying_the_same(self, chosen: Tensor) -> Tensor:
        """Which wrong answers are no worse than the right one, shape (n, n)."""
        sentences = self.sentences[self.answers[chosen]]
        return (sentences @ sentences.T > SAME) & ~torch.eye(len(chosen), dtype=torch.bool)

    def _siblings(self, chosen: Tensor) -> Tensor:
        """For each question another with the same answer, or itself if it is the only one."""
        answers = self.answers[chosen]
        first = torch.searchsorted(self.answers, answers)
        others = torch.searchsorted(self.answers, answers, right=True) - first - 1
        drawn = (torch.rand(len(chosen)) * others).long()
        other = first + drawn + (first + drawn >= chosen)
        return torch.where(others > 0, other, chosen)


def learn(index: Index, progress: Progress) -> Adapters:
    """Adapters for the encoder of a built index; ValueError if its library asks too little."""
    lesson = _lesson(index, progress)
    torch.set_num_threads(1)  # the matrices are small, and one thread gives one result
    sentence = _learnt(lesson, lesson.by_sentences, "questions to sentences", progress)
    asked = _learnt(lesson, lesson.by_siblings, "questions to questions", progress)
    return Adapters(sentence, asked, index.recipe.encoder_hash)


def _lesson(index: Index, progress: Progress) -> Lesson:
    texts = embedded_texts(index.passages)[ASKED_VECTORS]
    if len(texts) < FEWEST:
        raise ValueError(f"the library has {len(texts)} questions, and {FEWEST} are needed")
    vectors = []
    for text in texts:
        vectors.append(torch.from_numpy(index.encoder.encode_query(text)))
        progress("embedding questions", 1, len(texts))
    counts = torch.from_numpy(asked_starts(index.passages)).diff()
    answers = torch.repeat_interleave(torch.arange(len(counts)), counts)
    sentences = torch.from_numpy(index.sentence_vectors.every())
    return Lesson(torch.stack(vectors), sentences, answers)


def _learnt(
    lesson: Lesson, cosines: Callable[[Tensor, Turn], Tensor], stage: str, progress: Progress
) -> Adapter:
    """The adapter that brings the right ones together; the same seed gives the same one."""
    torch.manual_seed(SEED)
    count, dimension = lesson.questions.shape
    down, up = (torch.randn(shape) * 0.02 for shape in ((dimension, RANK), (RANK, dimension)))
    parts = [down.requires_grad_(), up.requires_grad_()]
    optimizer = torch.optim.AdamW(parts, STEP, weight_decay=DECAY)
    batches = [b for _ in range(ROUNDS) for b in torch.randperm(count).split(BATCH)]
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, len(batches))
    for batch in batches:
        logits = SHARPNESS * cosines(batch, lambda x: normalize(x + x @ down @ up, dim=-1))
        logits = logits.masked_fill(lesson.saying_the_same(batch), -torch.inf)
        optimizer.zero_grad()
        cross_entropy(logits, torch.arange(len(batch))).backward()
        optimizer.step()
        falling.step()
        progress(stage, 1, len(batches))
    return Adapter(down.detach().numpy(), up.detach().numpy())
