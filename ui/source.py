"""A document as a page of its own: readable without JavaScript, every sentence linkable."""

from collections.abc import Sequence

from markupsafe import Markup

from assistant.answer import Document, Level, Term
from ui.blocks import document_html
from ui.leaf import page
from ui.origin import day, facts, reference_html

BODY = Markup("""<article>
{body}
</article>
<section class="about"><h2>About this document</h2><dl>{about}</dl></section>
{words}
<section class="references"><h2>Sources</h2>{references}</section>""")
ORIGINAL = Markup(
    '<dt>Original</dt><dd><a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>'
    "</dd>"
)
MISSING = Markup("""<h1>No such document</h1><p>There is no document with this name in the library.
It may have been renamed.</p><p><a href="{root}/library">See all documents</a></p>""")
READERS: dict[Level, str] = {  # whom a level is for
    "plain": "plain words",
    "detailed": "more detail, for those who want it",
    "research": "for readers of studies",
}
OURS = "This project, in its own words, from the sources below"


def source_page(document: Document, root: str = "", terms: Sequence[Term] = ()) -> str:
    """The page of one document; `terms` are the words of the glossary that it uses."""
    references = document.references(document.whole)
    items = (Markup("<li>{}</li>").format(reference_html(r)) for r in references)
    listed = Markup("<ol>{}</ol>").format(Markup("").join(items)) if references else "None named."
    status = Markup('<p class="facts">{}</p>').format(facts(document))
    body = BODY.format(
        body=status + document_html(document),
        about=_about(document),
        words=_words(terms),
        references=listed,
    )
    return page(document.title, body, root)


def missing_page(root: str = "") -> str:
    """What is shown for an unknown document."""
    return page("No such document", MISSING.format(root=root), root)


def _about(document: Document) -> Markup:
    """Who wrote it, when, who reviewed it, when that is due again, and how hard it is to read."""
    said = {
        "Written by": document.publisher or OURS,
        "Written on": day(document.written) if document.written else "not stated",
        "Reviewed by a clinician": _reviewer(document),
        "Next review": day(document.review_due) if document.review_due else "not stated",
        "Reading level": READERS[document.level],
    }
    rows = [Markup("<dt>{}</dt><dd>{}</dd>").format(name, text) for name, text in said.items()]
    if document.url.startswith("https://"):
        rows.append(ORIGINAL.format(document.url))
    return Markup("").join(rows)


def _reviewer(document: Document) -> str:
    return document.clinician or ("not stated" if document.publisher else "nobody yet")


def _words(terms: Sequence[Term]) -> Markup:
    """What the words of the glossary mean, under the document that uses them."""
    if not terms:
        return Markup("")
    rows = (Markup("<dt>{}</dt><dd>{}</dd>").format(t.name, t.meaning) for t in terms)
    section = '<section class="words"><h2>Words used here</h2><dl>{}</dl></section>'
    return Markup(section).format(Markup("").join(rows))
