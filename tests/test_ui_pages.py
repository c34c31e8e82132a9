"""Answers, documents and the library as they are shown: escaped, linked, each in its own form."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import serving
from markupsafe import Markup, escape
from prepared import (
    ABOUT,
    CARRIED,
    CLOSEST,
    COMPARISON,
    DIFFERING,
    NOTHING,
    SPANISH,
    STEPS,
    prepared,
)

from assistant.answer import Answer, Citation
from assistant.ask import Assistant
from assistant.compare import BOTH
from assistant.conversation import Conversation
from corpus.read import read_document
from corpus.reference import Reference
from corpus.split import split
from ui.blocks import anchor
from ui.embed import Place, page_html
from ui.inquiry import Inquiry
from ui.library import library_page
from ui.markdown import takeaway_markdown
from ui.origin import NO_REVIEW, REVIEW, day, facts, review, source_url, sources_html
from ui.render import answer_html
from ui.server import build_app
from ui.settings import Settings
from ui.source import source_page
from ui.takeaway import takeaway_page
from ui.welcome import EXAMPLES, hero_html

PAYLOAD = """# <img src=x onerror=alert(1)> title

## "><script>alert(2)</script>?

Take <b>this</b> & 'that' [@evil]. Then </blockquote><form action=//x.example> it.

- Item <svg onload=alert(3)>.

| <i>Head</i> | B |
|---|---|
| <script>x</script> | 1 [@evil] |
"""
EVIL = Reference("evil", "<script>t</script>", ("A<b",), url='javascript:alert(1)"')


@pytest.fixture
def hostile(tmp_path: Path) -> Answer:
    """An answer that quotes a document full of markup."""
    (tmp_path / "hostile.md").write_text(PAYLOAD)
    document = read_document(tmp_path / "hostile.md", {"evil": EVIL})
    passage = split(document)[0]
    citation = Citation(1, passage, passage.span, 1.0)
    return Answer("<script>q</script>", "answered", (citation,), message="<script>m</script>")


def test_everything_in_an_answer_is_escaped(hostile: Answer) -> None:
    page = source_page(hostile.citations[0].passage.document)
    not_found = replace(hostile, status="not_found", citations=())
    for html in (str(answer_html(hostile)), str(answer_html(not_found)), page):
        body = html.replace('<script src="/pages/source.js" defer></script>', "")
        for tag in ("<script", "<img", "<svg", "<form", "<b>", "<i>"):
            assert tag not in body
        assert "javascript:" not in body.replace("javascript:alert(1)&#34;", "")
        assert 'href="javascript' not in body


def test_a_quote_links_to_its_place(assistant: Assistant) -> None:
    answer = assistant.ask(Conversation.of(["How do I take alendronate?"]))
    citation = answer.citations[0]
    html = str(answer_html(answer, "/under"))
    assert source_url(citation) == f"/source/taking-the-weekly-tablet#{anchor(citation.span)}"
    assert f'href="/under{source_url(citation)}"' in html
    assert f'id="{anchor(citation.span)}"' in source_page(citation.passage.document)
    assert "Not reviewed by a clinician" in html
    shown = unescape(re.sub("<[^>]+>", "", html))
    for line in citation.quote.split("\n"):
        assert line in shown


def test_every_sentence_of_every_document_can_be_linked_to(assistant: Assistant) -> None:
    for document in assistant.index.documents.values():
        page = source_page(document)
        for sentence in document.sentences:
            assert page.count(f'id="{anchor(sentence.span)}"') == 1
        for reference in document.references(document.whole):
            assert escape(str(reference)) in page


def test_rows_keep_their_header_and_cards_come_first(assistant: Assistant) -> None:
    question = "Greenspan 2003 HRT with alendronate total hip change %"
    cards = assistant.screen.cards(["I have chest pain"])
    answer = replace(assistant.ask(Conversation.of([question])), cards=cards)
    html = str(answer_html(answer))
    assert html.index('class="card emergency"') < html.index('class="quote"')
    assert "none yet" in html
    assert html.index("<thead>") < html.index("<tbody>")


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> Mapping[str, Answer]:
    return prepared(assistant).answers


def test_each_side_of_a_comparison_is_a_column_and_what_tried_both_stands_above(
    answers: Mapping[str, Answer],
) -> None:
    answer = answers[COMPARISON]
    *columns, last = answer.citations
    with_both = replace(answer, citations=(*columns, replace(last, side=BOTH)))
    html = str(answer_html(with_both))
    assert html.count('class="side"') == 3
    places = [html.index(text) for text in (BOTH[1:], 'class="columns"', "lendronate<")]
    assert places == sorted(places)
    first = html[html.index('class="columns"') : html.index('class="label">Raloxifene<')]
    own = [c for c in columns if c.side == "alendronate"]
    assert first.count('class="quote"') == len(own)


def test_what_differs_stands_in_columns_and_the_rest_below(answers: Mapping[str, Answer]) -> None:
    answer = answers[DIFFERING]
    further = replace(answers[CLOSEST].citations[0], side="")
    html = str(answer_html(replace(answer, citations=(*answer.citations, further))))
    assert html.count('class="side"') == len(answer.citations) == 2
    below = html[html.rindex('class="side"') :]
    assert below.index('class="quotes"') < below.rindex('class="quotes"')
    assert below.count('class="quote"') == 2


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (CLOSEST, "The closest passages I have"),
        (CLOSEST, "I found nothing in plain words"),
        (DIFFERING, "The sources differ"),
        (DIFFERING, "Strongest evidence"),
        (CARRIED, "Searching for: <q>side effects of zoledronic acid</q> <b>undo</b>"),
        (NOTHING, "I have no answer to that in my documents"),
        (NOTHING, "I searched for: <q>what is the capital of Mongolia</q>"),
        (NOTHING, "Ring <i>us</i>"),
        (SPANISH, '<p class="message" lang="es" dir="auto">Parece español'),
        (ABOUT, "I am a search over documents"),
    ],
)
def test_an_answer_says_what_it_is(answers: Mapping[str, Answer], state: str, says: str) -> None:
    html = answer_html(answers[state], "", Markup("Ring <i>us</i>"), Markup("<b>undo</b>"))
    assert says in html


def test_quotes_with_steps_are_no_order_of_their_own(answers: Mapping[str, Answer]) -> None:
    assert answers[STEPS].form == "steps"
    assert len(answers[STEPS].citations) > 1
    html = answer_html(answers[STEPS])
    assert "In this order" not in html
    assert html == answer_html(replace(answers[STEPS], form="quotes"))


def test_nothing_is_undone_where_nothing_was_carried_over(answers: Mapping[str, Answer]) -> None:
    assert "undo" not in answer_html(answers[CLOSEST], "", "", Markup("<b>undo</b>"))


def test_a_document_is_named_once_with_the_references_of_each_of_its_quotes(
    assistant: Assistant,
) -> None:
    citation = assistant.ask(Conversation.of(["How do I take alendronate?"])).citations[0]
    again = replace(citation, number=2)
    html = str(sources_html((citation, again)))
    assert html.count(str(escape(citation.passage.document.title))) == 1
    assert "1, 2" in html
    assert html.count("<details>") == 2
    assert "for quote 2" in html


def test_a_document_past_its_review_says_that_it_may_be_out_of_date(assistant: Assistant) -> None:
    document = assistant.index.documents["alendronate"]
    assert document.review_due
    assert "out of date" not in facts(document, document.review_due)
    late = facts(document, document.review_due + timedelta(days=1))
    assert f"reviewed by {day(document.review_due)} and may be out of date" in late


def test_every_example_is_answered(assistant: Assistant) -> None:
    for question in (q for questions in EXAMPLES.values() for q in questions):
        assert assistant.ask(Conversation.of([question])).status == "answered", question


def test_every_document_is_in_the_library_once(assistant: Assistant) -> None:
    page = library_page(assistant.index.documents, "/under")
    for document in assistant.index.documents.values():
        assert page.count(f'href="/under/source/{document.id}"') == 1
    assert ">More<" not in page, "a topic of our own documents belongs to no group"


def test_pages_say_how_much_of_the_library_a_clinician_has_reviewed(assistant: Assistant) -> None:
    own = list(assistant.index.documents.values())[:2]
    some = [own[0], replace(own[1], clinical_review="Dr A. Name")]
    whole = [replace(document, clinical_review="Dr A. Name") for document in own]
    place = Place("embed", Settings(), {}, "", "v")
    for documents, says in (
        ([], "No doctor has reviewed these documents yet."),
        (own, "No doctor has reviewed these documents yet."),
        (some, "A clinician has reviewed some of these documents, not all"),
        (whole, "A clinician has reviewed each of these documents"),
    ):
        assert review(documents).startswith(says)
        embedded = page_html(place, Inquiry(()), (), documents=documents)
        for html in (hero_html("x", "", documents), embedded):
            assert f"<strong>{review(documents)}</strong>" in html
            assert "No doctor" in says or "No doctor" not in html


def test_what_is_taken_away_says_whether_what_it_quotes_was_reviewed(assistant: Assistant) -> None:
    answer = assistant.ask(Conversation.of(["How do I take alendronate?"]))
    citation = answer.citations[0]
    document = replace(citation.passage.document, clinical_review="Dr A. Name")
    passage = replace(citation.passage, document=document)
    reviewed = replace(answer, citations=(replace(citation, passage=passage),))
    for shown, no_doctor in ((answer, True), (reviewed, False)):
        page = takeaway_page([("x", shown)], [], Settings())
        text = takeaway_markdown([("x", shown)], "Bonewise")
        assert ("No doctor has reviewed" in page) == ("No doctor has reviewed" in text) == no_doctor
    assert "Dr A. Name" in source_page(document)


def test_a_site_whose_documents_were_all_reviewed_says_so_where_people_ask(
    assistant: Assistant,
) -> None:
    own = assistant.index.documents
    named = {key: replace(one, clinical_review="Dr A. Name") for key, one in own.items()}
    reviewed = replace(assistant, index=replace(assistant.index, documents=named))
    for site, says in ((assistant, NO_REVIEW), (reviewed, REVIEW)):
        with serving(build_app(site, Settings())) as url:
            for path in ("/config", "/embed", "/ask"):
                with urlopen(url + path, timeout=20) as response:
                    shown = response.read().decode()
                assert says in shown, path
                assert (NO_REVIEW in shown) == (site is assistant)
