"""What a visitor reads before the first question, and what may be chosen: pure HTML, no Gradio.

Buttons of the class ``asks`` put their own words into the question box; chat.js does that.
"""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from assistant.answer import Document, Level
from ui.origin import review

EXAMPLES: dict[str, tuple[str, ...]] = {  # questions by topic; each is answered, a test asks them
    "Taking bone tablets": (
        "How do I take the weekly alendronate tablet?",
        "What if I miss my weekly tablet?",
    ),
    "Hormones and bone": (
        "How does HRT protect bone?",
        "What happens to my bones when I stop HRT?",
    ),
    "Both together, or one": (
        "Is HRT plus a bisphosphonate better than one alone?",
        "Which is better for the hip, HRT or alendronate?",
    ),
    "Side effects and tests": (
        "How rare is jaw bone damage?",
        "What does a T-score tell me?",
    ),
}
# What a tag may name, whatever the topics are called on the page.
TOPICS = dict(zip(("tablets", "hormones", "both", "effects"), EXAMPLES.values(), strict=True))
LEVEL_NAMES: dict[Level, str] = {"plain": "Plain", "detailed": "Detailed", "research": "Research"}
LOGO = Markup(  # a bone
    '<svg class="logo" viewBox="0 0 32 32" width="36" height="36" aria-hidden="true">'
    '<rect class="tile" width="32" height="32" rx="9"/><g transform="rotate(-45 16 16)">'
    '<rect x="9" y="13.6" width="14" height="4.8"/><circle cx="9" cy="13.4" r="2.9"/>'
    '<circle cx="9" cy="18.6" r="2.9"/><circle cx="23" cy="13.4" r="2.9"/>'
    '<circle cx="23" cy="18.6" r="2.9"/></g></svg>'
)
HERO = Markup("""<header class="top"><a class="home" href="{root}/">{logo}<span>{title}</span></a>
<nav aria-label="Pages"><a href="{root}/library">All documents</a></nav></header>
<div class="hero"><h1>Ask about bone health</h1>
<p class="is">Hormones, bisphosphonates and the two together, answered in whole sentences from our
own documents, each with its source.</p>
<p class="isnt"><strong>{review}</strong> This page can’t assess you and doesn’t replace your doctor
or pharmacist.</p></div>""")
HINT = Markup("""<p class="hint" id="hint">Nothing you type is kept. Leave out names and dates of
birth. <span id="counter" hidden></span></p>
<p id="status" hidden></p><p id="spoken" class="unseen" role="status"></p>
<p id="alarm" class="unseen" role="alert"></p>""")
CHOICES = Markup("""<div class="choices"><fieldset class="levels"><legend>Reading level</legend>
<div class="segments">{levels}</div></fieldset>
<label class="country"><span>Phone numbers for</span> <select id="country" autocomplete="off">
<option value="">not chosen</option>{countries}</select></label></div>""")
SEGMENT = Markup(
    '<label><input type="radio" name="level" value="{}" autocomplete="off"{}>'
    "<span>{}</span></label>"
)
RATE = Markup("""<p class="rate"><strong>Did this answer help?</strong> If you say so, your
questions, which quotes were shown and what you write here are <strong>saved on this site’s
server</strong>, for those who improve it. Nothing else is.</p>""")
FOOTER = Markup("""<footer><p>{contact}</p>
<p>Each answer is copied from our documents, word for word; nothing is made up by a language model.
<a href="{root}/library">See all documents</a></p></footer>""")


def hero_html(title: str, root: str, documents: Iterable[Document] = ()) -> Markup:
    """Name, heading, and one line each on what this is and is not; `documents` are the library's,
    which may have been reviewed."""
    return HERO.format(title=title, root=root, logo=LOGO, review=review(documents))


def examples_html() -> Markup:
    """Questions to begin with, by topic."""
    topic = Markup("<section><h2>{}</h2>{}</section>")
    groups = (topic.format(name, asks_html(questions)) for name, questions in EXAMPLES.items())
    return Markup('<div class="examples">{}</div>').format(Markup("").join(groups))


def asks_html(questions: Iterable[str]) -> Markup:
    """Questions that are asked when they are tapped."""
    button = Markup('<li><button type="button" class="asks">{}</button></li>')
    items = Markup("").join(button.format(question) for question in questions)
    return Markup('<ul class="asking">{}</ul>').format(items)


def choices_html(countries: Mapping[str, str], country: str) -> Markup:
    """Reading level and country; `countries` are names by code, `country` the site's."""
    levels = (
        SEGMENT.format(level, Markup(" checked") if level == "plain" else "", name)
        for level, name in LEVEL_NAMES.items()
    )
    option = Markup('<option value="{}"{}>{}</option>')
    options = (
        option.format(code, Markup(" selected") if code == country else "", name)
        for code, name in countries.items()
    )
    return CHOICES.format(levels=Markup("").join(levels), countries=Markup("").join(options))


def footer_html(contact: Markup, root: str) -> Markup:
    """Whom to ask instead, and where the answers come from."""
    return FOOTER.format(contact=contact, root=root)
