"""A run as one web page: no script, no request, readable on a phone, in light and in dark."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from markupsafe import Markup, escape

from eval.plots import intervals, latencies, reliability, risk_coverage
from eval.report import Score
from eval.run import Result, Run, groups, scores

WORST = 20
BY_GROUP = ("answer shown", "passage Success(rel=2)@5")
STYLE = """
:root { color-scheme: light dark; --tint: #1b6e8c; --line: #8885; }
@media (prefers-color-scheme: dark) { :root { --tint: #6cc3e0; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
.scroll { overflow-x: auto; }
figure { margin: 0; overflow-x: auto; }
svg { width: 100%; min-width: 24rem; height: auto; }
article { border-top: 1px solid var(--line); padding: .6rem 0; }
article p { margin: .2rem 0; } .shown::before { content: "shown: "; color: var(--tint); }
.wanted::before { content: "should have been: "; color: var(--tint); }
small { opacity: .75; }
"""


def page(run: Run) -> str:
    """The whole report of a run."""
    made = run.made_with
    parts: list[Markup] = [Markup("<h1>Bonewise, measured</h1>"), _facts(run)]
    for split, results in groups(run.results, "split").items():
        parts += _split(split, results)
    head = Markup('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
                  '<meta name="viewport" content="width=device-width, initial-scale=1">'
                  "<title>Bonewise, measured at {}</title><style>{}</style></head>"
                  "<body>{}</body></html>")  # fmt: skip
    return str(head.format(made.get("revision", ""), Markup(STYLE), Markup("\n").join(parts)))


def _facts(run: Run) -> Markup:
    recipe = run.made_with.get("recipe", {})
    facts = [
        f"revision {run.made_with.get('revision')}",
        f"{recipe.get('passages')} passages, {recipe.get('sentences')} sentences",
        f"encoder {recipe.get('encoder')} {recipe.get('precision')}",
        f"threshold {recipe.get('threshold')}",
        f"seed {run.made_with.get('seed')}",
    ]
    return Markup("<p><small>{}</small></p>").format("; ".join(facts))


def _split(split: str, results: Sequence[Result]) -> Iterator[Markup]:
    answerable = [result for result in results if result.answerable]
    yield Markup("<h2>{}: {} questions, {} of them answerable</h2>").format(
        split, len(results), len(answerable)
    )
    yield _table(scores(results))
    for measure in BY_GROUP:
        for field in ("style", "topic"):
            rows = dict(_grouped(answerable, field, measure))
            if len(rows) > 1:
                title = f"{measure}, by {field}"
                yield _figure(title, intervals(title, rows))
    yield _figure("Risk and coverage", risk_coverage("Risk and coverage", results))
    yield _figure("Reliability", reliability("Reliability", results))
    times = [result.milliseconds for result in results]
    title = f"Latency, median {median(times):.1f} ms"
    yield _figure(title, latencies(title, results))
    yield Markup("<h3>The worst {}</h3>").format(min(WORST, len(results)))
    yield from map(_question, sorted(results, key=_badness)[:WORST])


def _grouped(results: Iterable[Result], field: str, measure: str) -> Iterator[tuple[str, Score]]:
    for name, members in groups(results, field).items():
        values = tuple(r.values[measure] for r in members if measure in r.values)
        if values:
            yield name or "none", Score(measure, values)


def _table(found: Sequence[Score]) -> Markup:
    rows = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(s.measure, s, len(s.values))
        for s in found
    )
    head = Markup("<tr><th>measure</th><th>mean (95 % interval)</th><th>questions</th></tr>")
    return Markup('<div class="scroll"><table>{}{}</table></div>').format(head, rows)


def _figure(title: str, svg: str) -> Markup:
    return Markup("<h3>{}</h3><figure>{}</figure>").format(title, Markup(svg))


def _badness(result: Result) -> tuple[float, float]:
    """Wrong and sure of it first; then refused though it could have been answered."""
    right = result.values.get("answer shown", result.values.get("unanswerable, refused", 1.0))
    return right, -result.confidence if result.status == "answered" else 0.0


def _question(result: Result) -> Markup:
    shown = [Markup('<p class="shown">{}</p>').format(quote.text) for quote in result.shown]
    nothing = Markup('<p class="shown">nothing</p>')
    wanted = [Markup('<p class="wanted">{}</p>').format(text) for text in result.wanted[:2]]
    if not result.answerable:
        wanted = [Markup('<p class="wanted">nothing</p>')]
    head = Markup("<p><strong>{}</strong> <small>{}, {}, confidence {:.2f}</small></p>")
    return Markup("<article>{}{}{}</article>").format(
        head.format(escape(result.text), result.id, result.style, result.confidence),
        Markup("").join(shown) or nothing,
        Markup("").join(wanted),
    )
