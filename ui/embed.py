"""The question page as HTML: what the widget frames (``/embed``) and its link opens (``/ask``).

Pure: a visit and its answers in, a whole page out, that works without JavaScript; embed.js makes
it better. Everything that is not ours is escaped. It knows nothing of HTTP and keeps nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assistant.answer import Answer
from assistant.conversation import LONGEST, MOST_MESSAGES
from ui.render import answer_html
from ui.settings import Settings
from ui.visit import SAID, SAID_ALONE, Said, Visit

LEVELS = {"plain": "Plain words", "detailed": "More detail", "research": "Research"}
EXAMPLES = {  # by topic; a tag may name one
    "": (
        "How do I take the weekly alendronate tablet?",
        "Is HRT plus a bisphosphonate better than one alone?",
        "How rare is jaw bone damage?",
    ),
    "bisphosphonates": (
        "How do I take the weekly alendronate tablet?",
        "How long do people take bisphosphonates?",
        "How rare is jaw bone damage?",
    ),
    "hormones": (
        "Does HRT protect bone?",
        "What happens to bone when HRT is stopped?",
        "Does low testosterone weaken bone?",
    ),
    "combination": (
        "Is HRT plus a bisphosphonate better than one alone?",
        "Can raloxifene be taken with alendronate?",
        "What happens when both are stopped?",
    ),
}
PAGE = Markup("""<!DOCTYPE html>
<html lang="en" dir="ltr" class="{kind}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{name}: {title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/embed/look.css?accent={accent}&amp;v={version}">
<script src="{root}/pages/embed.js?v={version}" defer></script>
</head>
<body>
<header>
<h1>{name}</h1>
<p>Answers are whole sentences from our own documents, each with its source. <strong>No doctor has
reviewed these documents yet.</strong> This page can’t assess you.</p>
</header>
<main>
<section id="turns" aria-label="Questions and answers">{turns}</section>
{start}
<form id="ask" method="post" action="{action}#newest">
<div id="said" hidden>{said}</div>
<label for="question">Your question</label>
<textarea id="question" name="question" rows="1" maxlength="{longest}" required dir="auto"
 autocomplete="off" enterkeyhint="send" aria-describedby="hint{blamed}>{draft}</textarea>
<button class="primary">Ask</button>
<p id="hint">Nothing you type is kept. Leave out names and dates of birth.</p>
</form>
</main>
<footer>
<details id="choices"><summary>Reading level and country</summary>
<p><label for="level">Reading level</label>
<select id="level" name="level" form="ask" autocomplete="off">{levels}</select></p>
<p><label for="country">Phone numbers for</label>
<select id="country" name="country" form="ask" autocomplete="off">{countries}</select></p>
<p><button id="again" name="again" value="1" form="ask" formnovalidate
{cleared}>Answer my last question again</button></p>
</details>
{contact}
<p class="tools"><a class="button" id="clear" href="{action}"{cleared}>Clear</a>
<button type="button" id="print" hidden>Print</button>
<a class="button" id="whole" href="{root}/ask" target="_blank" rel="noopener">Open as a page</a></p>
</footer>
<p id="spoken" class="unseen" role="status"></p>
<p id="urgent" class="unseen" role="alert"></p>
<dialog id="source" aria-labelledby="source-title">
<p class="tools">
<button type="button" id="back">Back<span class="unseen"> to the answer</span></button>
<a class="button" id="beside" href="{root}/ask" target="_blank" rel="noopener">Open in a new tab</a>
</p>
<div id="source-body"></div>
</dialog>
</body>
</html>
""")
TURN = Markup("""<article class="turn"{id}>
{question}{answer}{nearer}{undo}{suggestions}
</article>
""")
QUESTION = Markup(
    '<h2 class="question" dir="auto"><span class="unseen">You asked: </span>{}</h2>\n'
)
UNDO = Markup("""<form class="undo" method="post" action="{action}#newest">
<p>Taken from what you asked before: {carried}.
<button>Search without it</button></p>
{said}<input type="hidden" name="question" value="{question}">
<input type="hidden" name="alone" value="1">
<input type="hidden" name="level" value="{level}">
<input type="hidden" name="country" value="{country}">
</form>""")
NEARER = '<p class="nearer"><a href="#country">Choose your country to see its phone numbers</a></p>'
CONTACT_FALLBACK = "A doctor or pharmacist can answer what this page does not."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: its kind ("embed" or "ask"), and what it is served with."""

    kind: str
    settings: Settings
    countries: Mapping[str, str]  # code -> name
    country: str  # the site's own; "" for none
    version: str  # of the page's script and style, so that a browser may keep them

    def action(self, visit: Visit) -> str:
        """The address that its form is sent to."""
        chosen = (
            ("topic", visit.topic), ("accent", visit.accent), ("theme", visit.theme),
            ("panel", "1" if visit.panel else ""),
        )  # fmt: skip
        query = "&".join(f"{name}={value}" for name, value in chosen if value)
        return f"{self.settings.root_path}/{self.kind}" + (f"?{query}" if query else "")


def page_html(place: Place, visit: Visit, answers: Sequence[Answer]) -> str:
    """The whole page, with an answer to each message of the visit."""
    settings = place.settings
    refused = bool(answers) and answers[-1].status == "unreadable"
    kept = visit.asked[: -1 if refused else None]
    kinds = [place.kind, "panel" if visit.panel else "", visit.theme]
    turns = [turn_html(place, visit, at, answer) for at, answer in enumerate(answers)]
    blamed = Markup(' problem" aria-invalid="true"') if refused else Markup('"')
    return str(
        PAGE.format(
            kind=" ".join(filter(None, kinds)),
            name="Ask about bone health",
            title=settings.title,
            root=settings.root_path,
            accent=visit.accent or settings.accent.lstrip("#"),
            version=place.version,
            turns=Markup("").join(turns),
            start=Markup("") if turns else _start(visit.topic),
            action=place.action(visit),
            cleared=Markup("") if turns else Markup(" hidden"),
            said=_hidden(kept[-(MOST_MESSAGES - 1) :]),
            longest=LONGEST,
            draft=visit.asked[-1].message if refused else "",
            blamed=blamed,
            levels=_options(LEVELS, visit.level),
            countries=_options(
                {"": "no country chosen", **place.countries}, visit.country or place.country
            ),
            contact=_contact(settings),
        )
    )


def turn_html(place: Place, visit: Visit, at: int, answer: Answer) -> Markup:
    """One question with its answer; the newest can be changed and has an anchor."""
    newest = at == len(visit.asked) - 1
    refused = newest and answer.status == "unreadable"
    shown = answer_html(answer, place.settings.root_path)
    asked = visit.asked[at].message[:LONGEST]
    return TURN.format(
        id=Markup(' id="newest" data-status="{}"').format(answer.status) if newest else "",
        question=QUESTION.format(asked) if asked.strip() else "",
        answer=Markup('<div id="problem">{}</div>').format(shown) if refused else shown,
        nearer=_nearer(place, visit, answer) if newest else "",
        undo=_undo(place, visit, answer) if newest and answer.carried else "",
        suggestions=_suggestions(answer.suggestions) if newest else "",
    )


def _nearer(place: Place, visit: Visit, answer: Answer) -> Markup:
    """Where cards have no numbers, the way to those of the reader's country."""
    lacking = answer.cards and not (visit.country or place.country)
    return Markup(NEARER) if lacking else Markup("")


def _start(topic: str) -> Markup:
    return Markup('<section id="start"><h2>For example</h2>{}</section>').format(
        _suggestions(EXAMPLES.get(topic, EXAMPLES[""]))
    )


def _suggestions(texts: Sequence[str]) -> Markup:
    """Questions as buttons of the one form; the box may be empty when one is pressed."""
    button = '<li><button form="ask" name="suggestion" value="{0}" formnovalidate>{0}</button></li>'
    items = (Markup(button).format(text) for text in texts)
    listed = Markup('<ul class="suggestions" aria-label="Questions to ask">{}</ul>')
    return listed.format(Markup("").join(items)) if texts else Markup("")


def _undo(place: Place, visit: Visit, answer: Answer) -> Markup:
    """Says what earlier messages added to the question, with a button that leaves it out."""
    return UNDO.format(
        action=place.action(visit),
        carried=", ".join(answer.carried),
        said=_hidden(visit.asked[:-1]),
        question=visit.asked[-1].message,
        level=visit.level,
        country=visit.country,
    )


def _hidden(asked: Sequence[Said]) -> Markup:
    fields = (
        Markup('<input type="hidden" name="{}" value="{}">').format(
            SAID_ALONE if said.alone else SAID, said.message
        )
        for said in asked
    )
    return Markup("").join(fields)


def _options(named: Mapping[str, str], chosen: str) -> Markup:
    options = (
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", name
        )
        for value, name in named.items()
    )
    return Markup("").join(options)


def _contact(settings: Settings) -> Markup:
    """Whom to ask instead, in the same place on every view."""
    said = settings.contact or CONTACT_FALLBACK
    if settings.contact_url:
        web = settings.contact_url.startswith("https://")  # a frame must not go there itself
        aside = Markup(' target="_blank" rel="noopener"') if web else ""
        said = Markup('<a href="{}"{}>{}</a>').format(settings.contact_url, aside, said)
    return Markup('<p class="contact">{}</p>').format(said)
