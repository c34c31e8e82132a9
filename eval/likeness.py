"""The second look's weights: what messages say into the card that they call for.

One class a rule and one for all else. A linear model over words and cues is cross-validated, so
that it can do without an encoder. The other look multiplies its shares with those of an encoder
that has learnt to tell these messages apart (index/classify.py); a tenth of the messages and a
fifth of the library's questions are kept from both of its parts and say where its thresholds lie.
Nothing of test is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.cards.likeness import CUE_WEIGHT, MODELS, POLICY, WEIGHTS, Vector
from assistant.cards.load import Rules
from assistant.cards.traits import cues, grams
from eval.limits import Guesses, calm, doubt, groups, guesses, thresholds
from eval.report import Score
from eval.safety import QUIET, Message, Share
from eval.told import LIBRARY, Told, all_told
from index.classify import Classifier, Example, classify
from index.files import file_hash
from index.model import PACKAGED, model_folder, model_hashes
from index.progress import Progress
from index.tuning import MESSAGES

FOLDS = 5  # of the words' model; one of the library's questions is kept from the other
TENTHS = 10  # one of the messages is kept from it, too
SEED = 20261126
STRENGTH = 20.0  # inverse of the penalty
ROUNDS = 200  # of the fit, at most
SECONDS = {  # share of the first rule's from which a second card comes too
    "alone": {"pressing": 0.1, "other": 0.3},
    "both": {"pressing": 0.03, "other": 0.15},
}
SECOND_OF_POLICY = 0.3
FEWEST = 3  # messages in which a gram stands


@dataclass(frozen=True)
class Table:
    """The features of every message, a row each, and what they are called."""

    rows: Any  # sparse
    grams: Sequence[str]
    rarity: Vector
    cues: Sequence[str]


@dataclass(frozen=True)
class Fit:
    """A linear model's weights, and what is made of messages that it has not seen."""

    slopes: npt.NDArray[np.float64]  # a row a feature, a column a class
    starts: npt.NDArray[np.float64]
    found: Guesses


def fit_likeness(messages: Sequence[Message], rules: Rules, progress: Progress) -> list[Score]:
    """Fit both models, choose their thresholds, save; returns what unseen messages said."""
    told = all_told(messages, rules)
    table = _table(told)
    labels = np.array([row.rule for row in told])
    classes = np.unique(labels)
    parts = _folds(FOLDS, labels, told)
    kept = _kept(parts[0], _folds(TENTHS, labels, told)[0], told)
    files = model_hashes(model_folder(PACKAGED))
    learnt = _classifier([told[n] for n in kept[0]], files, progress)
    learnt.tuning.save(MESSAGES)
    fits = _alone(told, table, labels, parts), _both(told, table, labels, kept, learnt)
    saved = _shared(table, classes) | {
        "encoder": np.array([*sorted(files.values()), file_hash(MESSAGES)]),
        "calm": np.array(calm(fits[0].found)),
    }
    scores: list[Score] = []
    for name, fit in zip(MODELS, fits, strict=True):
        limits = thresholds(name, fit.found, list(classes), rules)
        saved |= {f"{name}_{part}": value for part, value in _weights(fit).items()}
        saved |= {f"{name}_thresholds": limits, f"{name}_doubt": np.array(doubt(fit.found))}
        saved[f"{name}_seconds"] = _seconds(name, classes, rules)
        scores += _scores(name, fit.found, limits, classes)
    np.savez_compressed(WEIGHTS, **saved)
    return scores


def _table(told: Sequence[Told]) -> Table:
    from scipy.sparse import hstack  # type: ignore[import-untyped]
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = [grams(row.sentences) for row in told]
    often: dict[str, int] = {}
    for row, count in zip(told, counts, strict=True):
        for gram in count if row.kind != LIBRARY else ():
            often[gram] = often.get(gram, 0) + 1
    kept = {gram for gram, number in often.items() if number >= FEWEST}
    counter, cuer, weigh = DictVectorizer(), DictVectorizer(), TfidfTransformer(sublinear_tf=True)
    found = counter.fit_transform([{g: n for g, n in c.items() if g in kept} for c in counts])
    named = cuer.fit_transform([dict.fromkeys(cues(row.sentences), CUE_WEIGHT) for row in told])
    rows = hstack([weigh.fit_transform(found), named]).tocsr()
    return Table(rows, counter.feature_names_, weigh.idf_, cuer.feature_names_)


Part = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]  # rows that are seen, and that are not


def _folds(number: int, labels: npt.NDArray[np.str_], told: Sequence[Told]) -> list[Part]:
    from sklearn.model_selection import GroupKFold

    folds = GroupKFold(number, shuffle=True, random_state=SEED)
    return list(folds.split(labels, groups=[row.group for row in told]))


def _kept(fifth: Part, tenth: Part, told: Sequence[Told]) -> Part:
    """What the second model learns from, and what it does not see: much of what is plentiful."""
    plentiful = np.array([row.kind == LIBRARY for row in told])
    unseen = np.zeros(len(told), bool)
    for part, of in ((fifth, plentiful), (tenth, ~plentiful)):
        unseen[part[1]] |= of[part[1]]
    return np.flatnonzero(~unseen), np.flatnonzero(unseen)


def _model(rows: Any, labels: npt.NDArray[np.str_]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3).fit(rows, labels)


def _alone(
    told: Sequence[Told], table: Table, labels: npt.NDArray[np.str_], parts: Sequence[Part]
) -> Fit:
    """The model of all, and for each message the shares from one that did not see its group."""
    model = _model(table.rows, labels)
    shares = np.zeros((len(told), len(model.classes_)))
    for seen, unseen in parts:
        shares[unseen] = _model(table.rows[seen], labels[seen]).predict_proba(table.rows[unseen])
    return Fit(model.coef_.T, model.intercept_, guesses(told, shares, model.classes_))


def _classifier(seen: Sequence[Told], files: Mapping[str, str], progress: Progress) -> Classifier:
    told = [Example(row.text, row.rule) for row in seen if row.kind != LIBRARY]
    plentiful = [Example(row.text, row.rule) for row in seen if row.kind == LIBRARY]
    return classify(PACKAGED, files, told, plentiful, progress)


def _both(
    told: Sequence[Told],
    table: Table,
    labels: npt.NDArray[np.str_],
    part: Part,
    learnt: Classifier,
) -> Fit:
    """Words and encoder together: their scores add up, as neither has seen the other's."""
    from scipy.special import softmax  # type: ignore[import-untyped]

    seen, unseen = part
    words = _model(table.rows[seen], labels[seen])
    kept = [told[n] for n in unseen]
    vectors = _vectors([row.text for row in kept], learnt)
    scores = words.decision_function(table.rows[unseen]) + vectors @ learnt.slopes + learnt.starts
    slopes = np.concatenate((words.coef_.T, learnt.slopes))
    found = guesses(kept, softmax(scores, axis=1), words.classes_)
    return Fit(slopes, words.intercept_ + learnt.starts, found)


def _vectors(texts: Sequence[str], learnt: Classifier) -> Vector:
    from index.export import load_model, tuned

    model = tuned(load_model(), learnt.tuning)
    vectors: Vector = model.encode(list(texts), normalize_embeddings=True)
    return vectors


def _shared(table: Table, classes: npt.NDArray[np.str_]) -> dict[str, Any]:
    """What both models read, and of which classes they tell."""
    return {
        "rules": classes,
        "grams": np.array(table.grams),
        "rarity": table.rarity.astype(np.float16),
        "cues": np.array(table.cues),
    }


def _weights(fit: Fit) -> Mapping[str, Any]:
    """The model in small: a byte a weight, scaled by class."""
    scales = np.abs(fit.slopes).max(axis=0) / 127
    return {
        "slopes": np.round(fit.slopes / scales).astype(np.int8),
        "scales": scales.astype(np.float32),
        "starts": fit.starts.astype(np.float32),
    }


def _seconds(name: str, classes: npt.NDArray[np.str_], rules: Rules) -> Vector:
    group = groups(rules)
    shares = [SECONDS[name].get(group(rule), SECOND_OF_POLICY) for rule in classes]
    return np.array(shares, np.float32)


def _scores(
    name: str, found: Guesses, limits: Vector, classes: npt.NDArray[np.str_]
) -> Iterator[Score]:
    sure = found.sure(limits, list(classes))
    right = sure & (found.likeliest == np.array([row.rule for row in found.told]))

    def share(flags: npt.NDArray[np.bool_], *kinds: str) -> tuple[float, ...]:
        return tuple(flags[[row.kind in kinds for row in found.told]].astype(float))

    yield Share(f"{name}: right", share(right, "positive"))
    yield Share(f"{name}: any card where one is called for", share(sure, "positive"))
    for kind in (*QUIET, "ordinary"):
        yield Share(f"{name}: card though {kind}", share(sure, kind))
    alarm = sure & np.array([guess[0] != POLICY for guess in found.likeliest])
    yield Share(f"{name}: alarm on a library question", share(alarm, LIBRARY))
    yield Share(f"{name}: any card on a library question", share(sure, LIBRARY))
