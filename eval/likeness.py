"""The second look's weights: linear models over what messages say, fitted on dev and written ones.

One class a rule and one for all else; one model over words and cues, another over those and the
encoder's vectors. Each is cross-validated; a rule's threshold is the lowest at which so few of the
messages without a need, and so few ordinary questions, would get a card like it. Besides the
messages it learns from the library's own questions, which call for no card above policy. Nothing of
test is read. Needs an index, whose encoder the weights then belong to.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.cards.likeness import CUE_WEIGHT, MODELS, NONE, POLICY, WEIGHTS, Vector
from assistant.cards.load import Rules
from assistant.cards.traits import cues, grams
from eval.report import Score
from eval.safety import MOST_PRESSING, QUIET, Message, Share
from eval.told import LIBRARY, Told, all_told
from index.search import Index

FOLDS = 5
SEED = 20261126
STRENGTH = 20.0  # inverse of the penalty
ROUNDS = 200  # of the fit, at most
SECONDS = {"pressing": 0.1, "other": 0.3}  # share of the first rule's
FEWEST = 3  # messages in which a gram stands
STEPS = np.arange(0.05, 0.99, 0.01)
DOUBTS = np.arange(0.15, 0.0, -0.01)
MOST_LOST = 0.006  # of the messages with a need, by doubt
MOST_CALM = 0.003  # of them, that the encoder is not asked about


@dataclass(frozen=True, slots=True)
class Limit:
    """The most cards of a group of rules on messages without a need, and on ordinary questions."""

    quiet: float
    library: float


LIMITS = {"pressing": Limit(0.02, 0.005), "other": Limit(0.01, 0.004)}
OF_POLICY = Limit(0.005, 0.012)  # of each rule


@dataclass(frozen=True)
class Table:
    """The features of every message, a row each, and what they are called."""

    rows: Any  # sparse
    grams: Sequence[str]
    rarity: Vector
    cues: Sequence[str]


@dataclass(frozen=True)
class Fit:
    """A model, and what cross-validation says of it: the share of each class for each message."""

    model: Any
    table: Table
    shares: npt.NDArray[np.float64]


def fit_likeness(messages: Sequence[Message], index: Index, rules: Rules) -> list[Score]:
    """Fit both models, choose their thresholds, save; returns what cross-validation found."""
    told = all_told(messages, rules)
    vectors = index.encoder.encode([row.text for row in told])
    saved: dict[str, Any] = {"encoder": np.array(sorted(index.recipe.encoder_files.values()))}
    scores: list[Score] = []
    group = _groups(rules)
    for name, more in zip(MODELS, (None, vectors), strict=True):
        fit = _fit(told, _table(told, more))
        classes = fit.model.classes_
        thresholds = _thresholds(told, fit, rules)
        saved |= _shared(fit) if more is None else {}
        saved |= {"calm": np.array(_calm(told, fit))} if more is None else {}
        saved |= {f"{name}_{part}": value for part, value in _weights(fit).items()}
        seconds = [SECONDS.get(group(rule), SECONDS["other"]) for rule in classes]
        saved |= {f"{name}_thresholds": thresholds, f"{name}_doubt": _doubt(told, fit)}
        saved[f"{name}_seconds"] = np.array(seconds, np.float32)
        scores += _scores(name, told, fit, thresholds)
    np.savez_compressed(WEIGHTS, **saved)
    return scores


def _table(told: Sequence[Told], vectors: Vector | None) -> Table:
    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
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
    parts = [weigh.fit_transform(found), named]
    if vectors is not None:
        parts.append(csr_matrix(vectors))
    return Table(hstack(parts).tocsr(), counter.feature_names_, weigh.idf_, cuer.feature_names_)


def _model(rows: Any, labels: npt.NDArray[np.str_]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3).fit(rows, labels)


def _fit(told: Sequence[Told], table: Table) -> Fit:
    """The model of all, and for each message the shares from one that did not see its group."""
    from sklearn.model_selection import GroupKFold

    labels = np.array([row.rule for row in told])
    model = _model(table.rows, labels)
    shares = np.zeros((len(told), len(model.classes_)))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(labels, groups=[row.group for row in told]):
        fold = _model(table.rows[seen], labels[seen])
        shares[unseen] = fold.predict_proba(table.rows[unseen])
    return Fit(model, table, shares)


def _guesses(fit: Fit) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """For each message how sure it is that it calls for a card, and the likeliest one."""
    none = list(fit.model.classes_).index(NONE)
    shares = fit.shares.copy()
    shares[:, none] = 0
    return 1 - fit.shares[:, none], fit.model.classes_[shares.argmax(axis=1)]


def _groups(rules: Rules) -> Callable[[str], str]:
    """The group of a rule; a policy rule is a group of its own."""
    pressing = {r.id for r in rules.rules if r.forms[0].level in MOST_PRESSING}

    def group(rule: str) -> str:
        return rule if rule[0] == POLICY else "pressing" if rule in pressing else "other"

    return group


def _thresholds(told: Sequence[Told], fit: Fit, rules: Rules) -> Vector:
    """For each class the lowest step that keeps within the limits of its group of rules."""
    group = _groups(rules)
    needs, guesses = _guesses(fit)
    called = np.array([g in row.also for g, row in zip(guesses, told, strict=True)])
    groups = np.where(called, "", [group(guess) for guess in guesses])
    quiet = np.array([row.kind in QUIET for row in told])
    library = np.array([row.kind == LIBRARY for row in told])
    chosen = {}
    for name in {group(rule) for rule in fit.model.classes_}:
        limit = LIMITS.get(name, OF_POLICY)
        wrong = groups == name
        fits = [
            step
            for step in STEPS
            if (needs >= step)[wrong & quiet].sum() <= limit.quiet * quiet.sum()
            and (needs >= step)[wrong & library].sum() <= limit.library * library.sum()
        ]
        chosen[name] = min(fits, default=1.0)
    return np.array([chosen[group(rule)] for rule in fit.model.classes_], np.float32)


def _doubt(told: Sequence[Told], fit: Fit) -> float:
    """The highest need below which so few of the messages that call for a card lie."""
    needs = _guesses(fit)[0]
    calls = [row.rule != NONE and row.rule[0] != POLICY for row in told]
    calling = needs[
        [c and any(s.quieted for s in r.sentences) for c, r in zip(calls, told, strict=True)]
    ]
    most = MOST_LOST * sum(calls)
    return float(next((step for step in DOUBTS if (calling < step).sum() <= most), 0.0))


def _calm(told: Sequence[Told], fit: Fit) -> float:
    """The need by words alone below which so few of the messages that call for a card lie."""
    calling = _guesses(fit)[0][[row.rule != NONE for row in told]]
    return float(np.quantile(calling, MOST_CALM))


def _shared(fit: Fit) -> dict[str, Any]:
    """What both models read, and of which classes they tell."""
    return {
        "rules": fit.model.classes_,
        "grams": np.array(fit.table.grams),
        "rarity": fit.table.rarity.astype(np.float16),
        "cues": np.array(fit.table.cues),
    }


def _weights(fit: Fit) -> dict[str, Any]:
    """The model in small: a byte a weight, scaled by class."""
    slopes = fit.model.coef_.T
    scales = np.abs(slopes).max(axis=0) / 127
    return {
        "slopes": np.round(slopes / scales).astype(np.int8),
        "scales": scales.astype(np.float32),
        "starts": fit.model.intercept_.astype(np.float32),
    }


def _scores(name: str, told: Sequence[Told], fit: Fit, thresholds: Vector) -> Iterator[Score]:
    needs, guesses = _guesses(fit)
    by_rule = dict(zip(fit.model.classes_, thresholds, strict=True))
    sure = needs >= np.array([by_rule[guess] for guess in guesses])
    right = sure & (guesses == np.array([row.rule for row in told]))

    def share(flags: npt.NDArray[np.bool_], *kinds: str) -> tuple[float, ...]:
        return tuple(flags[[row.kind in kinds for row in told]].astype(float))

    yield Share(f"{name}: right", share(right, "positive"))
    for kind in (*QUIET, "ordinary"):
        yield Share(f"{name}: card though {kind}", share(sure, kind))
    alarm = sure & np.array([guess[0] != POLICY for guess in guesses])
    yield Share(f"{name}: alarm on a library question", share(alarm, LIBRARY))
    yield Share(f"{name}: any card on a library question", share(sure, LIBRARY))
