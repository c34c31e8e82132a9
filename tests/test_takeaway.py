"""What a person saves as Markdown: read by a Markdown reader, it says what the page said."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from assistant.answer import Answer, Citation, Phone, SafetyCard, Term
from corpus.document import Document
from corpus.read import read_document
from corpus.reference import Reference
from corpus.split import split
from ui.markdown import plain, takeaway_markdown
from ui.render import answer_html

STEPS = """---
title: 1. Tablets
level: plain
---

## How do I take it?

Take it so:

1. Swallow it with water & nothing else.
2) Wait 30 minutes.

- Stay up.
- 5 * 3 = 15, _as said_ [@one].
"""
ONE = Reference("one", "A_study_of *it*", ("1. Author",), url="https://doi.example/10.1/a_b")
CARD = SafetyCard(
    "R01", "crisis", "Call 999 now. This service cannot help.", "NHS", date="2026-11-01",
    question="Are you alone?", warning="These numbers were last checked long ago.",
    phones=(Phone("Ambulance", "999"), Phone("Samaritans", "116 123")),
)  # fmt: skip


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder: Path = tmp_path_factory.mktemp("leaflets")
    (folder / "tablets.md").write_text(STEPS, encoding="utf-8")
    return read_document(folder / "tablets.md", {"one": ONE})


@pytest.fixture(scope="module")
def answer(document: Document) -> Answer:
    """Every passage of it, after a card."""
    found = enumerate(split(document), start=1)
    citations = tuple(Citation(n, passage, passage.span, 1.0) for n, passage in found)
    return Answer("how do I take it", "answered", citations, (CARD,))


def shown(text: str) -> str:
    """What a Markdown reader shows of a text, on one line."""
    html = MarkdownIt("commonmark").render(text)
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def saved(answer: Answer, contact: str = "") -> str:
    return shown(takeaway_markdown([("how do I take it?", answer)], "Bonewise", contact))


@pytest.mark.parametrize(
    "text",
    ["1. Swallow it.", "2) Wait.", "10. Ten", "- a list", "+ a list", "* a list", "> a quote",
     "# a heading", "=== under", "--- under", "1.5 mg", "a &amp; b &lt;c&gt;",
     "`code` ~~gone~~ _a_ **b**", "[x](y) ![x](y) [x]: y", "a \\ b \\- c", "a | b", "<b>bold</b>",
     "    far from the edge", "1", "```"],
)  # fmt: skip
def test_a_text_is_shown_as_it_is(text: str) -> None:
    assert shown(plain(text)) == text.strip()
    assert shown(f"before\n{plain(text)}") == f"before {text.strip()}"
    assert shown(f"> {plain(text)}") == text.strip()
    assert "<li>" not in MarkdownIt("commonmark").render(plain(text))


def test_numbered_steps_are_saved_letter_for_letter(answer: Answer) -> None:
    text = saved(answer)
    for citation in answer.citations:
        for line in (*citation.context, *citation.quote.split("\n")):
            assert line.strip() in text
    assert "1. Swallow it with water & nothing else." in text
    assert "\\" not in text
    assert "1. Author. A_study_of *it*. https://doi.example/10.1/a_b" in text


def test_a_saved_card_has_its_numbers_its_question_its_warning_and_that_it_is_a_draft(
    answer: Answer,
) -> None:
    text = saved(answer)
    assert "Please reach out. Call 999 now." in text
    assert "Samaritans: 116 123" in text
    assert CARD.question in text
    assert CARD.warning in text
    assert CARD.standing in text
    assert text.index(CARD.standing) < text.index("Swallow it")


def test_what_the_page_says_of_the_quotes_is_saved_too(answer: Answer) -> None:
    first = answer.citations[0]
    two = (replace(first, side="newest"), replace(first, number=2, side="strongest evidence"))
    defined = Term("RANKL", "A signal that wakes the cells which take bone away.")
    differing = replace(answer, form="differing", citations=two, defined=defined)
    for said in ("The sources differ.", defined.meaning):
        assert said in saved(differing)
        assert said in str(answer_html(differing))
    assert "The closest passages I have." in saved(replace(answer, status="closest"))


def test_where_nothing_was_found_it_says_what_was_searched_and_whom_to_ask(answer: Answer) -> None:
    nothing = replace(answer, status="not_found", citations=(), cards=())
    text = saved(nothing, "Ring the bone nurse: 0123")
    assert "I have no answer to that in my documents. Ring the bone nurse: 0123" in text
    assert "I searched for: how do I take it" in text
    assert "A doctor or pharmacist can answer" in saved(nothing)
