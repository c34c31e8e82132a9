"""A document as a page of its own: readable without JavaScript, every sentence linkable."""

from markupsafe import Markup

from assistant.answer import Document
from ui.blocks import document_html
from ui.origin import reference_html

PAGE = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="{root}/pages/source.css">
<script src="{root}/pages/source.js" defer></script>
</head>
<body>
<header><a href="{root}/">Ask a question</a></header>
<main>
<p class="facts">{facts}</p>
{body}
<section class="references"><h2>Sources</h2>{references}</section>
</main>
</body>
</html>
""")
MISSING = Markup("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>No such document</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{root}/pages/source.css"></head>
<body><main><h1>No such document</h1><p>There is no document with this name in the library. It may
have been renamed.</p><p><a href="{root}/">Ask a question</a></p></main></body></html>
""")


def source_page(document: Document, root: str = "") -> str:
    """The page of one document."""
    references = document.references(document.whole)
    items = (Markup("<li>{}</li>").format(reference_html(r)) for r in references)
    listed = Markup("<ol>{}</ol>").format(Markup("").join(items)) if references else "None named."
    return str(
        PAGE.format(
            title=document.title,
            root=root,
            facts=_facts(document),
            body=document_html(document),
            references=listed,
        )
    )


def missing_page(root: str = "") -> str:
    """What is shown for an unknown document."""
    return str(MISSING.format(root=root))


def _facts(document: Document) -> str:
    """Who wrote it, how hard it is to read, when, and whether a clinician has looked at it."""
    dates = [f"Written {document.written}"] if document.written else []
    dates += [f"next review due {document.review_due}"] if document.review_due else []
    publisher = [f"Published by {document.publisher}"] if document.publisher else []
    facts = [*publisher, f"Reading level: {document.level}", *dates]
    return f"{'; '.join(facts)}. {document.reviewed}"
