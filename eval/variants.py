"""The search with one thing taken away or done otherwise, over the index that is there.

It knows the views of a search only by the names of the recipe's weights, and changes an index only
by giving it other parts, so that a new view or stage is taken apart without a word here.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from operator import ne

from assistant.ask import Assistant
from corpus.names import Names
from corpus.passage import Passage
from index.ranked import RankedPassage, RankedSentence
from index.search import Index
from index.vectors import VectorIndex
from index.words import WordIndex

RANK_CONSTANT = 60  # Cormack et al. 2009
RANKED = 20  # passages that each view puts forward


def scored_otherwise(assistant: Assistant) -> Iterator[tuple[str, Assistant]]:
    """Variants that need nothing built."""
    for view in assistant.index.recipe.weights:
        yield f"without {view}", weighted(assistant, partial(ne, view))
    yield "words alone (BM25)", weighted(assistant, lambda name: name.endswith("words"))
    yield "vectors alone", weighted(assistant, lambda name: name.endswith("cosine"))
    yield "no sentence stage", weighted(assistant, lambda name: not name.startswith("sentence"))
    yield "ranks fused, not scores (RRF)", replace(assistant, index=rank_fused(assistant.index))
    yield "without names", replace(assistant, names=Names({}))


def embedded_otherwise(assistant: Assistant) -> Iterator[tuple[str, Callable[[], Assistant]]]:
    """Variants whose passages are embedded and indexed anew, with less around their text."""
    for name, parts in OUTSIDE.items():
        yield f"{name} not embedded", partial(_embedded, assistant, parts)


def _title(passage: Passage) -> str:
    return passage.document.title


def _heading(passage: Passage) -> str:
    return passage.heading


OUTSIDE = {"title": (_title,), "heading": (_heading,), "title and heading": (_title, _heading)}


def _embedded(assistant: Assistant, outside: tuple[Callable[[Passage], str], ...]) -> Assistant:
    texts = []
    for passage in assistant.index.passages:
        unwanted = {part(passage) for part in outside}
        before = passage.searchable.removesuffix(passage.text).split("\n")
        texts.append("\n".join([*(line for line in before[:-1] if line not in unwanted),
                                passage.text]))  # fmt: skip
    return replace(
        assistant,
        index=replace(
            assistant.index,
            passage_vectors=VectorIndex.build(assistant.index.encoder.encode(texts)),
            passage_words=WordIndex.build(texts),
        ),
    )


def weighted(assistant: Assistant, keeps: Callable[[str], bool]) -> Assistant:
    """The assistant with only the views that are kept."""
    return replace(assistant, index=_weighted(assistant.index, keeps))


def _weighted(index: Index, keeps: Callable[[str], bool]) -> Index:
    weights = {name: w if keeps(name) else 0.0 for name, w in index.recipe.weights.items()}
    return replace(index, recipe=replace(index.recipe, weights=weights))


class RankFused(Index):
    """An index whose views vote by rank: each sentence gets 1 / (60 + rank) from each view."""

    def search(self, question: str, limit: int = 10) -> list[RankedPassage]:
        """As any index; one search for each view, so its time says nothing."""
        plain = Index(*(getattr(self, field.name) for field in fields(Index)))
        votes: dict[tuple[str, int], float] = {}
        passages: dict[str, RankedPassage] = {}
        for view in self.recipe.weights:
            found = _weighted(plain, view.__eq__).search(question, max(RANKED, limit))
            passages |= {one.passage.id: one for one in found}
            scored = ((s.score, one.passage.id, s) for one in found for s in one.sentences)
            best = sorted(scored, key=lambda row: -row[0])
            for rank, (_, name, ranked) in enumerate(best, start=1):
                place = name, ranked.sentence.span.start
                votes[place] = votes.get(place, 0.0) + 1 / (RANK_CONSTANT + rank)
        fused = sorted((_voted(one, votes) for one in passages.values()), key=lambda p: -p.score)
        return [replace(one, rank=rank) for rank, one in enumerate(fused[:limit], start=1)]


def _voted(found: RankedPassage, votes: dict[tuple[str, int], float]) -> RankedPassage:
    """A passage with its sentences by their votes; it is as good as the best of them."""
    name = found.passage.id
    counted = [
        RankedSentence(s.sentence, votes[name, s.sentence.span.start]) for s in found.sentences
    ]
    best = tuple(sorted(counted, key=lambda sentence: -sentence.score))
    return RankedPassage(found.passage, best[0].score, found.rank, best)


def rank_fused(index: Index) -> RankFused:
    """The same index, fusing ranks."""
    return RankFused(*(getattr(index, field.name) for field in fields(Index)))
