"""The question page as HTML: what the widget frames (``/embed``) and its link opens (``/ask``).

Pure: an inquiry and its answers in, a whole page out, that works without JavaScript; embed.js makes
it better. Everything that is not ours is escaped. It knows nothing of HTTP and keeps nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup

from assistant.answer import Answer, Document
from assistant.conversation import MOST_MESSAGES
from ui.asked import Asked
from ui.bounds import LONGEST_QUESTION
from ui.inquiry import SAID, SAID_ALONE, Inquiry
from ui.origin import review
from ui.render import answer_html, contact_html
from ui.settings import Settings
from ui.turn import ALONE, NEAREST, NEXT
from ui.welcome import LEVEL_NAMES, TOPICS

NAME = "Ask about bone health"
FEW = 3  # examples
PAGE = Markup("""<!DOCTYPE html>
<html lang="en" dir="ltr" class="{kinds}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{name}: {title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/embed/look.css?accent={accent}&amp;v={version}">
<script src="{root}/embed/page.js?v={version}" defer></script>
</head>
<body>
<header>
<h1>{name}</h1>
<p>Answers are whole sentences from our own documents, each with its source.
<strong>{review}</strong> This page can’t assess you.</p>
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
<p><button id="again" name="again" value="1" form="ask" formnovalidate{unasked}>Answer my last
question again</button></p>
</details>
<p class="contact">{contact}</p>
<p class="tools"><a class="button" id="clear" href="{action}"{unasked}>Clear</a>
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
TURN = Markup("""<article class="turn"{newest}>
{question}{alone}{answer}{nearer}{undo}{suggestions}
</article>
""")
QUESTION = Markup(
    '<h2 class="question" dir="auto"><span class="unseen">You asked: </span>{}</h2>\n'
)
UNDO = Markup('<button form="undo">Read my last message by itself</button>')
UNDOING = Markup("""<form id="undo" method="post" action="{action}#newest">{said}
<input type="hidden" name="question" value="{question}">
<input type="hidden" name="alone" value="1">
<input type="hidden" name="level" value="{level}">
<input type="hidden" name="country" value="{country}"></form>""")
NEARER = Markup(
    '<p class="nearer"><a href="#country">Choose your country to see its phone numbers</a></p>'
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: its kind ("embed" or "ask"), and what it is served with."""

    kind: str
    settings: Settings
    countries: Mapping[str, str]  # code -> name
    country: str  # the site's own; "" for none
    version: str  # of the page's script and style, so that a browser may keep them

    def action(self, inquiry: Inquiry) -> str:
        """The address that its form is sent to."""
        query = f"?{inquiry.query}" if inquiry.query else ""
        return f"{self.settings.root_path}/{self.kind}{query}"

    @property
    def contact(self) -> Markup:
        """Whom to ask instead."""
        return contact_html(self.settings.contact, self.settings.contact_url)


def page_html(
    place: Place,
    inquiry: Inquiry,
    answers: Sequence[Answer],
    *,
    documents: Iterable[Document] = (),
    turned_away: bool = False,
) -> str:
    """The whole page, with an answer to each message; `turned_away` is said of the newest, and the
    `documents` are the library's, which may have been reviewed."""
    settings = place.settings
    refused = bool(answers) and answers[-1].status == "unreadable"
    faulty = refused and not turned_away
    kept = inquiry.asked[: -1 if refused else None]
    countries = {"": "No country chosen", **place.countries}
    turns = [turn_html(place, inquiry, *turn, turned_away) for turn in enumerate(answers)]
    return str(
        PAGE.format(
            kinds=" ".join(filter(None, (place.kind, "panel" * inquiry.panel, inquiry.theme))),
            name=NAME,
            title=settings.title,
            review=review(documents),
            root=settings.root_path,
            accent=inquiry.accent or settings.accent.lstrip("#").lower(),
            version=place.version,
            turns=Markup("").join(turns),
            start=Markup("") if turns else _start(inquiry.topic),
            action=place.action(inquiry),
            unasked=Markup("") if turns else Markup(" hidden"),
            said=_hidden(kept[-(MOST_MESSAGES - 1) :]),
            longest=LONGEST_QUESTION,
            draft=inquiry.asked[-1].text if refused else "",
            blamed=Markup(' problem" aria-invalid="true"') if faulty else Markup('"'),
            levels=_options(LEVEL_NAMES.items(), inquiry.level),
            countries=_options(countries.items(), inquiry.country or place.country),
            contact=place.contact,
        )
    )


def turn_html(
    place: Place, inquiry: Inquiry, at: int, answer: Answer, turned_away: bool = False
) -> Markup:
    """One question with its answer; only the newest can be changed, and has an anchor.

    Who was turned away, since many asked or they themselves asked much, has written nothing wrong.
    """
    newest, asked = at == len(inquiry.asked) - 1, inquiry.asked[at].text[:LONGEST_QUESTION]
    undoes = newest and bool(answer.carried)
    shown = answer_html(
        answer, place.settings.root_path, place.contact, UNDO if undoes else Markup("")
    )
    status = "busy" if turned_away else answer.status
    refused = newest and status == "unreadable"
    return TURN.format(
        newest=Markup(' id="newest" data-status="{}"').format(status) if newest else "",
        question=QUESTION.format(asked) if asked.strip() else "",
        alone=ALONE if inquiry.asked[at].alone else "",
        answer=Markup('<div id="problem">{}</div>').format(shown) if refused else shown,
        nearer=_nearer(place, inquiry, answer) if newest else "",
        undo=_undoing(place, inquiry) if undoes else "",
        suggestions=_further(answer) if newest else "",
    )


def _nearer(place: Place, inquiry: Inquiry, answer: Answer) -> Markup:
    """Where cards have no numbers, the way to those of the reader's country."""
    lacking = answer.cards and not (inquiry.country or place.country)
    return NEARER if lacking else Markup("")


def _start(topic: str) -> Markup:
    """Questions to begin with: those of the topic that the tag names, or one of each."""
    mixed = chain.from_iterable(zip(*TOPICS.values(), strict=True))
    questions = TOPICS.get(topic, tuple(mixed)[:FEW])
    return Markup('<section id="start"><h2>For example</h2>{}</section>').format(
        _suggestions(questions, "Examples")
    )


def _further(answer: Answer) -> Markup:
    """What else can be asked, or what is near where nothing was found."""
    if not answer.suggestions:
        return Markup("")
    lead = NEAREST if answer.status == "not_found" else NEXT
    label = Markup('<p class="label" aria-hidden="true">{}</p>').format(lead)
    return Markup('<div class="further">{}{}</div>').format(
        label, _suggestions(answer.suggestions, lead)
    )


def _suggestions(texts: Sequence[str], name: str) -> Markup:
    """Questions as buttons of the one form; the box may be empty when one is pressed."""
    button = '<li><button form="ask" name="suggestion" value="{0}" formnovalidate>{0}</button></li>'
    items = Markup("").join(Markup(button).format(text) for text in texts)
    listed = Markup('<ul class="suggestions" aria-label="{}">{}</ul>')
    return listed.format(name, items)


def _undoing(place: Place, inquiry: Inquiry) -> Markup:
    """The form of the button that takes the last message by itself."""
    return UNDOING.format(
        action=place.action(inquiry),
        said=_hidden(inquiry.asked[:-1]),
        question=inquiry.asked[-1].text,
        level=inquiry.level,
        country=inquiry.country,
    )


def _hidden(asked: Iterable[Asked]) -> Markup:
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(SAID_ALONE if a.alone else SAID, a.text) for a in asked)


def _options(named: Iterable[tuple[str, str]], chosen: str) -> Markup:
    option = Markup('<option value="{}"{}>{}</option>')
    return Markup("").join(
        option.format(value, Markup(" selected") if value == chosen else "", name)
        for value, name in named
    )
