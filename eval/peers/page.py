"""The comparison as Markdown: tables with ratios to ours, the bars, and where a peer is ahead."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eval.peers import OURS, OWN, SIDES
from eval.peers.collection import Collection
from eval.peers.measure import Measured
from eval.peers.quality import Quality

Speeds = Mapping[str, Mapping[str, float | str]]  # side to measure to value
UNITS = {  # and whether more is better
    "passages/s": ("", True),
    "texts/s": ("", True),
    "command to index on disk": ("s", False),
    "index on disk": ("MiB", False),
    "launch to first result": ("s", False),
    "load": ("s", False),
    "search p50": ("ms", False),
    "search p95": ("ms", False),
    "processor time a search": ("ms", False),
    "4 clients": ("/s", True),
    "peak memory": ("MiB", False),
}
BARS = {  # against LangChain's FAISS retriever: how many times better ours has to be
    "search p50": 5.0,
    "passages/s": 2.5,
    "texts/s": 2.5,
    "load": 8.0,
    "launch to first result": 8.0,
    "peak memory": 3.0,
}
RIVAL = "langchain_faiss"


def section(
    collection: Collection, found: Mapping[str, Measured], scores: Mapping[str, Sequence[Quality]]
) -> Iterator[str]:
    """All of one collection."""
    passages = len(collection.material.passages)
    speeds = {side: runs.speeds(passages) for side, runs in found.items()}
    yield f"## {collection.name}\n"
    yield f"{collection.words}; {passages} passages.\n"
    yield from _quality_table(scores)
    yield from _speed_table({side: speed for side, speed in speeds.items() if speed})
    for side, runs in found.items():
        if runs.problem:
            yield f"{SIDES[side]} could not be measured: `{runs.problem}`\n"
    yield from _bars(speeds)
    yield "Where a peer is ahead of us:\n"
    yield "\n".join([*_ahead(scores, speeds)] or ["- nowhere in these tables"]) + "\n"


def times_better(measure: str, ours: float, theirs: float) -> float:
    """Above 1 if ours is better, whichever way the measure goes."""
    return ours / theirs if UNITS[measure][1] else theirs / ours


def versions(found: Sequence[Mapping[str, Measured]]) -> str:
    """Every package that did some of the work, by environment."""
    lines = []
    for label, ours in (("Bonewise", True), ("peers", False)):
        held = {
            name: number
            for runs in found
            for side, measured in runs.items()
            if (side in OWN) == ours
            for name, number in measured.versions.items()
        }
        lines.append(f"{label}: " + ", ".join(f"{name} {held[name]}" for name in sorted(held)))
    return ". ".join(lines) + "."


def _quality_table(scores: Mapping[str, Sequence[Quality]]) -> Iterator[str]:
    columns = [f"{q.level} {_short(q.measure)}" for q in scores[OURS]]
    rows = [
        [SIDES[side], *(f"{q.mean:.3f}" + _lead(q, side) for q in held)]
        for side, held in scores.items()
    ]
    yield _markdown(["", *columns], rows)
    yield "In brackets: ours minus theirs, 95 % bootstrap interval over questions.\n"


def _lead(quality: Quality, side: str) -> str:
    if side == OURS:
        return ""
    low, high = quality.lead.interval
    return f" ({low:+.3f} to {high:+.3f})"


def _speed_table(speeds: Speeds) -> Iterator[str]:
    columns = [f"{name}, {unit}" if unit else name for name, (unit, _) in UNITS.items()]
    rows = []
    for side, held in speeds.items():
        cells = [_cell(name, held[name], speeds[OURS][name], side == OURS) for name in UNITS]
        rows.append([SIDES[side], *cells])
    yield _markdown(["", *columns], rows)
    yield "In brackets: how many times better ours is; below 1 the peer is better.\n"


def _cell(name: str, value: float | str, ours: float | str, own: bool) -> str:
    if isinstance(value, str):
        return f"fails: {value}"
    if own or isinstance(ours, str):
        return f"{value:.3g}"
    return f"{value:.3g} ({times_better(name, ours, value):.2g})"


def _bars(speeds: Speeds) -> Iterator[str]:
    """What was wanted, for ours with its questions and over what the rival is given."""
    theirs = speeds[RIVAL]
    held = [side for side in OWN if speeds.get(side)]
    if not held or not theirs:
        return
    rows = []
    for name, bar in BARS.items():
        found = [
            times_better(name, float(speeds[side][name]), float(theirs[name])) for side in held
        ]
        cells = [f"{each:.1f} times{'' if each >= bar else ' (missed)'}" for each in found]
        rows.append([name, f"{bar:g} times", *cells])
    yield _markdown([f"against {SIDES[RIVAL]}", "wanted", *(SIDES[side] for side in held)], rows)


def _ahead(scores: Mapping[str, Sequence[Quality]], speeds: Speeds) -> Iterator[str]:
    """Every measure in which some peer is better, be it by chance, with all those peers."""
    for place, own in enumerate(scores[OURS]):
        better = [
            f"{SIDES[side]} {held[place].mean:.3f}{_sure(held[place])}"
            for side, held in scores.items()
            if side not in OWN and held[place].lead.mean < 0
        ]
        if better:
            what = f"{own.level} {_short(own.measure)}"
            yield f"- {what}, ours {own.mean:.3f}: {', '.join(better)}"
    for name, ours in speeds[OURS].items():
        faster = [
            f"{SIDES[side]} {held[name]:.3g}"
            for side, held in speeds.items()
            if side not in OWN and held and _better(name, ours, held[name])
        ]
        if faster:
            yield f"- {name}, ours {ours:.3g}: {', '.join(faster)}"


def _sure(quality: Quality) -> str:
    return "" if quality.lead.interval[1] < 0 else " (within the interval)"


def _better(name: str, ours: float | str, theirs: float | str) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return False
    return times_better(name, ours, theirs) < 1


def _short(measure: str) -> str:
    return re.sub(r"\(rel=\d+\)", "", measure).replace("R@", "recall@")


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
