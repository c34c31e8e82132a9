"""The gate: no measure may fall below its committed baseline by more than chance allows.

The baseline holds, for each measure on dev, its mean and 95 % interval when it was last moved. It
is moved by a command only, so that a change for the worse is a line in a commit. Times and memory
are not in it: they are the machine's.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.measure import less_is_better
from eval.report import Score

FILE = Path(__file__).parent / "baseline.json"

Baseline = Mapping[str, Mapping[str, float]]


def move(scores: Sequence[Score], file: Path = FILE) -> None:
    """Make these scores the ones that must be held."""
    rows = {}
    for score in scores:
        if not score.values:
            raise ValueError(f"{score.measure} has no questions; the baseline stays as it is")
        low, high = score.interval
        rows[score.measure] = {
            "mean": round(score.mean, 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "questions": len(score.values),
        }
    file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def load_baseline(file: Path = FILE) -> Baseline:
    """The committed scores."""
    try:
        rows: Baseline = json.loads(file.read_text(encoding="utf-8"))
        for row in rows.values():
            row["mean"], row["low"], row["high"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{file.name} is no baseline; make one: python -m eval gate --move"
        ) from error
    return rows


def fallen(scores: Sequence[Score], baseline: Baseline) -> list[str]:
    """A line for every measure that is worse than its baseline's interval, or missing."""
    now = {score.measure: score.mean for score in scores}
    lines = []
    for measure, row in baseline.items():
        if measure not in now:
            lines.append(f"{measure}: not measured any more; the baseline has {row['mean']:.3f}")
            continue
        less = less_is_better(measure)
        worse = now[measure] > row["high"] if less else now[measure] < row["low"]
        if worse:
            bound = f"at most {row['high']:.3f}" if less else f"at least {row['low']:.3f}"
            lines.append(
                f"{measure}: {now[measure]:.3f}, was {row['mean']:.3f} ({bound} is needed)"
            )
    return lines


def notes(scores: Sequence[Score], baseline: Baseline) -> list[str]:
    """What a reader must know who compares the two: new measures, other numbers of questions."""
    lines = []
    for score in scores:
        row = baseline.get(score.measure)
        if row is None:
            lines.append(
                f"note: {score.measure} is not in the baseline; python -m eval gate --move"
            )
        elif row.get("questions") != len(score.values):
            asked = f"{len(score.values)} questions now, {row.get('questions')} in the baseline"
            lines.append(f"note: {score.measure}: {asked}")
    return lines
