"""Plots of a run as SVG in the colours of the page they stand on. Only door to matplotlib."""

import io
import re
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.report import Score
from eval.run import Result

INK = "#010203"  # becomes the text colour of the page
TINT = "#040506"  # becomes its accent
WIDTH = 4.6  # inches; the page scales it, and on a phone its letters must not get small

mpl.rcParams.update(
    {
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "bonewise",  # the same run gives the same file
        "font.family": "sans-serif",
        "font.size": 9,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)


def intervals(title: str, rows: Mapping[str, Score]) -> str:
    """A dot with its 95 % interval for each group."""
    figure, axes = _figure(0.5 + 0.26 * len(rows))
    for place, score in enumerate(reversed(list(rows.values()))):
        low, high = score.interval
        axes.plot((low, high), (place, place), color=TINT, linewidth=2, alpha=0.5)
        axes.plot(score.mean, place, "o", color=TINT)
    labels = [f"{name} ({len(score.values)})" for name, score in rows.items()]
    axes.set_yticks(range(len(rows)), reversed(labels))
    axes.set(xlim=(0, 1.02), ylim=(-0.6, len(rows) - 0.4))  # whole dots at the edges
    axes.grid(axis="x", alpha=0.2)
    return _svg(figure, title)


def risk_coverage(title: str, results: Sequence[Result]) -> str:
    """How many of the answers are wrong when only the surest so many questions are answered."""
    figure, axes = _figure(2.8)
    ordered = sorted(results, key=lambda result: -result.confidence)
    risk = np.cumsum([not result.right for result in ordered]) / np.arange(1, len(ordered) + 1)
    axes.plot(np.arange(1, len(ordered) + 1) / len(ordered), risk, color=TINT)
    answered = [result for result in results if result.status == "answered"]
    if answered:
        now = len(answered) / len(results), np.mean([not result.right for result in answered])
        axes.plot(*now, "o", color=TINT)
        axes.annotate("stored threshold", now, (6, -12), textcoords="offset points")
    axes.set(xlabel="share of questions answered", ylabel="share of answers wrong")
    axes.set(xlim=(0, 1.02), ylim=(0, 1))
    axes.grid(alpha=0.2)
    return _svg(figure, title)


def reliability(title: str, bins: Sequence[tuple[float, Score]]) -> str:
    """The share of right answers at each confidence, with its interval."""
    figure, axes = _figure(2.8)
    axes.plot((0, 1), (0, 1), color=INK, linewidth=0.8, alpha=0.4)
    for sure, right in bins:
        axes.plot((sure, sure), right.interval, color=TINT, linewidth=2, alpha=0.5)
        axes.plot(sure, right.mean, "o", color=TINT)
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(-0.02, 1.02))
    axes.grid(alpha=0.2)
    return _svg(figure, title)


def latencies(title: str, results: Sequence[Result]) -> str:
    """How long the answers took; the slowest hundredth would make all others one bar."""
    figure, axes = _figure(2.0)
    times = [result.milliseconds for result in results]
    axes.hist(times, bins=40, range=(0, float(np.percentile(times, 99))), color=TINT)
    axes.set(xlabel="milliseconds to an answer, without the slowest 1 %", ylabel="questions")
    return _svg(figure, title)


def growth(title: str, lines: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """A line each of size and milliseconds, both axes logarithmic, as a file of its own."""
    figure, axes = _figure(4.2)
    for number, (name, points) in enumerate(lines.items()):
        style = "os^vDP*X<>"[number % 10] + ("-" if number < 10 else "--")
        color = f"C{number}" if number < 10 else INK
        axes.plot(*zip(*points, strict=True), style, color=color, label=name)
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="p95 of a search, ms")
    axes.grid(alpha=0.2)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return _svg(figure, title).replace("<svg ", '<svg style="background:#fff;color:#222" ', 1)


def _figure(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    return figure, axes


def _svg(figure: Figure, title: str) -> str:
    """The figure as an SVG element with a name for those who can't see it."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    svg = re.sub(r"^.*?<svg", "<svg", drawn.getvalue(), flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"|<svg ', r"<svg \1", svg, count=1)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
    return svg.replace(INK, "currentColor").replace(TINT, "var(--tint)")
