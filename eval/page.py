"""A run as one web page: no script, no request, readable on a phone, in light and in dark."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from eval.abstention import calibration, calibration_error
from eval.measure import AURC, AUROC, OTHER, family, label
from eval.plots import intervals, reliability, risk_coverage
from eval.plots import latencies as latency_plot
from eval.report import Score
from eval.run import Result, Run, groups
from eval.scores import latencies, scores

WORST = 20
FIELDS = ("style", "topic", "level")
BY_GROUP = ("answer shown", "passage Success(rel=2)@5", "false abstention")
HIDDEN = ("test",)  # nobody tunes on what is not shown
STYLE = """
:root { color-scheme: light dark; --tint: #1b6e8c; --line: #8885; }
@media (prefers-color-scheme: dark) { :root { --tint: #6cc3e0; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 3rem; } h3 { margin: 2rem 0 .4rem; }
a { color: var(--tint); } nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
td { vertical-align: top; } td + td, th + th { white-space: nowrap; }
tr.family th { padding-top: 1rem; color: var(--tint); font-weight: 600; }
.scroll { overflow-x: auto; }
figure { margin: 0; overflow-x: auto; }
svg { width: 100%; max-width: 36rem; min-width: 18rem; height: auto; display: block; }
article { border-top: 1px solid var(--line); padding: .6rem 0; overflow-wrap: anywhere; }
article p { margin: .2rem 0; } .shown::before { content: "shown: "; color: var(--tint); }
.wanted::before { content: "should have been: "; color: var(--tint); }
small { opacity: .75; }
@media (max-width: 30rem) {
  th, td { font-size: .85rem; } .several td + td { white-space: normal; }
}
"""


def page(run: Run) -> str:
    """The whole report of a run."""
    made, splits = run.made_with, groups(run.results, "split")
    parts: list[Markup] = [Markup("<h1>Bonewise, measured</h1>"), _facts(run)]
    parts.append(_contents((*splits, *(("safety",) if run.safety else ()))))
    for split, results in splits.items():
        parts += _split(split, results)
    if run.safety:
        parts += _safety(run.safety)
    head = Markup('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
                  '<meta name="viewport" content="width=device-width, initial-scale=1">'
                  "<title>Bonewise, measured at {}</title><style>{}</style></head>"
                  "<body>{}</body></html>")  # fmt: skip
    return str(head.format(made.get("revision", ""), Markup(STYLE), Markup("\n").join(parts)))


def _facts(run: Run) -> Markup:
    made, recipe = run.made_with, run.made_with.get("recipe", {})
    versions = ", ".join(f"{name} {number}" for name, number in made.get("versions", {}).items())
    facts = [
        f"revision {made.get('revision')}",
        f"{recipe.get('passages')} passages, {recipe.get('sentences')} sentences",
        f"encoder {recipe.get('encoder')} {recipe.get('precision')}",
        f"threshold {recipe.get('threshold')}",
        f"seed {made.get('seed')}",
        f"Python {made.get('python')}, {versions}",
        f"peak memory {run.memory:.0f} MiB, with the bench's own libraries",
    ]
    return Markup("<p><small>{}</small></p>").format("; ".join(facts))


def _contents(sections: Iterable[str]) -> Markup:
    links = (Markup('<a href="#{}">{}</a>').format(name, name) for name in sections)
    return Markup("<nav>{}</nav>").format(Markup("").join(links))


def _split(split: str, results: Sequence[Result]) -> Iterator[Markup]:
    answerable = [result for result in results if result.answerable]
    yield Markup('<h2 id="{}">{}: {} questions, {} of them answerable</h2>').format(
        split, split, len(results), len(answerable)
    )
    found = scores(results)
    yield _table({"": found}, "mean (95 %)")
    for measure in BY_GROUP:
        for field in FIELDS:
            rows = dict(_grouped(answerable, field, measure))
            if len(rows) > 1:
                title = f"{label(measure)}, by {field}"
                yield _figure(title, intervals(title, rows))
    yield from _abstention(results, {score.measure: score for score in found})
    times = latencies(results)
    title = "Latency: " + ", ".join(
        f"{score.measure.removeprefix('latency, ')} {score.mean:.1f} ms" for score in times
    )
    yield _figure(title, latency_plot(title, results))
    yield from _worst(split, results)


def _abstention(results: Sequence[Result], found: Mapping[str, Score]) -> Iterator[Markup]:
    title = "Risk and coverage"
    yield _figure(
        title,
        risk_coverage(title, results),
        f"The area under the curve (AURC) is {found[AURC]}. Questions that the library can't "
        "answer are in it, and none of their answers is right.",
    )
    bins, title = calibration(results), "Reliability"
    yield _figure(
        title,
        reliability(title, bins),
        "On the line, confidence would be the chance to be right; it is "
        f"{calibration_error(bins):.3f} off on average. Only its order is used: AUROC "
        f"{found[AUROC]}.",
    )


def _worst(split: str, results: Sequence[Result]) -> Iterator[Markup]:
    yield Markup("<h3>The worst {}</h3>").format(min(WORST, len(results)))
    if split in HIDDEN:
        yield Markup("<p>Not shown, so that nobody tunes on them.</p>")
    else:
        yield from map(_question, sorted(results, key=_badness)[:WORST])


def _safety(found: Mapping[str, Sequence[Score]]) -> Iterator[Markup]:
    yield Markup('<h2 id="safety">Safety messages</h2>')
    yield Markup(
        "<p>Recall: the card that a message calls for came, by rule; where a rule has a dozen "
        "messages (n) its interval is wide. In all other rows less is better. Card though ...: one "
        "came that the message does not call for. Alarm on an answerable question: a card came "
        "with a question that the library answers, be it called for or not; any card: policy "
        "cards, which only say whom to ask, counted too. Not called for: without the cards which "
        "two readers, who saw neither each other's work nor what the program does, found to be "
        "called for.</p>"
    )
    yield _table(found, "")


def _grouped(results: Iterable[Result], field: str, measure: str) -> Iterator[tuple[str, Score]]:
    for name, members in groups(results, field).items():
        values = tuple(r.values[measure] for r in members if measure in r.values)
        if values:
            yield name or "none", Score(measure, values)


def _table(columns: Mapping[str, Sequence[Score]], title: str) -> Markup:
    """One row a measure under the name of its family; one column a set, with its count."""
    named = {name: {score.measure: score for score in found} for name, found in columns.items()}
    heads = (
        Markup("<th>{}</th><th>n</th>").format(title if len(columns) == 1 else name)
        for name in columns
    )
    rows = [Markup("<tr><th></th>{}</tr>").format(Markup("").join(heads))]
    before, head = OTHER, Markup('<tr class="family"><th colspan="{}">{}</th></tr>')
    for measure in dict.fromkeys(score.measure for found in columns.values() for score in found):
        if family(measure) != before:
            before = family(measure)
            rows.append(head.format(1 + 2 * len(columns), before))
        cells = (_cells(found.get(measure)) for found in named.values())
        row = Markup("<tr><td>{}</td>{}</tr>")
        rows.append(row.format(label(measure), Markup("").join(cells)))
    kind = "scroll several" if len(columns) > 1 else "scroll"
    return Markup('<div class="{}"><table>{}</table></div>').format(kind, Markup("").join(rows))


def _cells(score: Score | None) -> Markup:
    count = len(score.values) if score else ""
    said = str(score or "-").replace("-", "\N{NON-BREAKING HYPHEN}")
    return Markup("<td>{}</td><td>{}</td>").format(said, count)


def _figure(title: str, svg: str, text: str = "") -> Markup:
    said = Markup("<p>{}</p>").format(text) if text else ""
    return Markup("<h3>{}</h3><figure>{}</figure>{}").format(title, Markup(svg), said)


def _badness(result: Result) -> tuple[float, float]:
    """Wrong and sure of it first; then refused though it could have been answered."""
    right = result.values.get("answer shown", 1 - result.values.get("false answer", 0.0))
    return right, -result.confidence if result.status == "answered" else 0.0


def _question(result: Result) -> Markup:
    shown = [Markup('<p class="shown">{}</p>').format(quote.text) for quote in result.shown]
    nothing = Markup('<p class="shown">nothing</p>')
    wanted = [Markup('<p class="wanted">{}</p>').format(text) for text in result.wanted[:2]]
    if not result.answerable:
        wanted = [Markup('<p class="wanted">nothing</p>')]
    asked = f"; searched for: {result.asked}" if result.asked not in {"", result.text} else ""
    head = Markup("<p><strong>{}</strong> <small>{}, {}, confidence {:.2f}{}</small></p>")
    return Markup("<article>{}{}{}</article>").format(
        head.format(result.text, result.id, result.style, result.confidence, asked),
        Markup("").join(shown) or nothing,
        Markup("").join(wanted),
    )
