from dataclasses import replace

import pytest

from assistant.answer import Answer, Citation
from assistant.ask import Assistant, checked
from assistant.conversation import Conversation
from assistant.rephrase import rephrase
from assistant.reply import reply
from corpus.document import text_hash
from corpus.span import Span

QUESTIONS = (
    "How do I take alendronate?",
    "Who should not take alendronate?",
    "how much did the spine gain in bone 2000",
    "What is RANKL?",
    "Does testosterone raise OPG?",
    "side effects of zoledronic acid",
    "is it better to combine HRT and a bisphosphonate",
    "how rare is jaw damage",
    "how long can I stay on alendronate",
    "CTX fall on zoledronic acid",
)


def ask(assistant: Assistant, *messages: str) -> Answer:
    return assistant.ask(Conversation.of(messages))


# --- what is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_whole_sentences_of_an_indexed_document(
    assistant: Assistant, question: str
) -> None:
    answer = ask(assistant, question)
    assert answer.status == "answered"
    assert [citation.number for citation in answer.citations] == [
        n + 1 for n in range(len(answer.citations))
    ]
    for citation in answer.citations:
        document = assistant.index.documents[citation.passage.document.id]
        assert document.text[citation.span.start : citation.span.end] == citation.quote
        assert text_hash(document.text) == document.hash
        assert citation.quote in citation.passage.text
        starts = {sentence.span.start for sentence in document.sentences}
        ends = {sentence.span.end for sentence in document.sentences}
        assert citation.span.start in starts
        assert citation.span.end in ends
        for sentence in citation.sentences:
            shown = [citation.quote, *citation.context]
            assert all(any(document[g] in text for text in shown) for g in sentence.governors)


def test_steps_are_shown_complete_and_in_order(assistant: Assistant) -> None:
    first = ask(assistant, "How do I take alendronate?").citations[0]
    steps = [line for line in first.quote.splitlines() if line[:1].isdigit()]
    assert [step[0] for step in steps] == [str(n + 1) for n in range(len(steps))]
    assert len(steps) >= 5
    assert first.quote.startswith("Take the weekly")
    assert first.references


def test_a_table_row_comes_with_its_header(assistant: Assistant) -> None:
    answer = ask(assistant, "Greenspan 2003 HRT with alendronate total hip change %")
    rows = [c for c in answer.citations if c.sentences[0].kind == "row"]
    assert rows
    assert all(any("change (%)" in line for line in row.context) for row in rows)


def test_what_is_not_in_the_documents_is_not_answered(assistant: Assistant) -> None:
    for question in ("what is the capital of Mongolia", "best pizza in town", "xk9 4vv tt0"):
        answer = ask(assistant, question)
        assert (answer.status, answer.citations) == ("not_found", ())
        assert answer.confidence < assistant.index.recipe.threshold


def test_a_citation_that_no_longer_holds_is_not_shown(assistant: Assistant) -> None:
    answer = ask(assistant, "How do I take alendronate?")
    good, *rest = answer.citations
    document = good.passage.document
    changed = replace(document, text=document.text.replace("30 minutes", "03 minutes"))
    forged = replace(good, passage=replace(good.passage, document=changed))
    assert not forged.holds
    kept = checked(replace(answer, citations=(forged, *rest)))
    assert kept.citations == tuple(rest)
    assert checked(replace(answer, citations=(forged,))).status == "not_found"


@pytest.mark.parametrize(("start", "end"), [(1, 0), (0, -1), (3, 0), (0, 5)])
def test_a_citation_of_less_than_a_sentence_cannot_be_made(
    assistant: Assistant, start: int, end: int
) -> None:
    good = ask(assistant, "What is RANKL?").citations[0]
    with pytest.raises(ValueError, match="no run of whole sentences"):
        Citation(1, good.passage, Span(good.span.start + start, good.span.end + end), 1.0)


def test_a_citation_cannot_end_with_what_opens_a_list(assistant: Assistant) -> None:
    for passage in assistant.index.passages:
        for sentence in passage.sentences:
            if sentence.opens:
                with pytest.raises(ValueError, match="opens a list"):
                    Citation(1, passage, sentence.span, 1.0)


# --- conversation -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (["What is Fosamax?"], "What is alendronate?"),
        (["What is alendronate?"], "What is alendronate?"),
        (["What is Reclast?", "how often is it given"], "how often is it given (zoledronic acid)"),
        (["What is Reclast?", "is it like Boniva"], "is it like ibandronate (zoledronic acid)"),
        (["What is Reclast?", "what about Boniva for hips"], "what about ibandronate for hips"),
        (
            ["What is Reclast?", "does it cause jaw necrosis"],
            "does it cause jaw bone death (zoledronic acid)",
        ),
        (
            ["side effects of Fosamax", "what about Actonel"],
            "what about risedronate (side effects)",
        ),
        (
            ["alendronate vs denosumab", "how is it given?"],
            "how is it given? (alendronate, denosumab)",
        ),
        (["What is RANKL?", "is walking good for bones"], "is walking good for bones"),
        (["what is Fosomax", "is brekfast alowed"], "is breakfast allowed (alendronate)"),
        (
            ["Does Actonel hurt the stomach?", "why?"],
            "why? (hurt stomach, risedronate)",
        ),
        (
            ["Does Actonel hurt the stomach?", "why?", "what else?"],
            "what else? (hurt stomach, risedronate)",
        ),
        (
            ["Does Actonel hurt the stomach?", "what about Reclast?"],
            "what about zoledronic acid? (hurt stomach)",
        ),
        (
            ["Does Actonel hurt the stomach?", "no, I meant raloxifene"],
            "Does raloxifene hurt the stomach?",
        ),
        (["Does Actonel hurt the stomach?", "sorry, Evista"], "Does raloxifene hurt the stomach?"),
        (
            ["Does Actonel hurt the stomach?", "no, I meant my throat"],
            "my throat (hurt stomach, risedronate)",
        ),
        (["Is Prolia safe?", "and with steroids?"], "and with steroids? (safe, denosumab)"),
        (["Is Prolia safe?", "what about steroids"], "what about steroids (safe)"),
        (["how much milk is good, 200ml?", "and yoghurt?"], "and yoghurt? (milk)"),
        (
            ["How well does Forteo work?", "and compared to alendronate?"],
            "and compared to alendronate? (teriparatide)",
        ),
        (
            ["Prolia or Reclast?", "is the second one a drip"],
            "is the second one a drip (zoledronic acid)",
        ),
        (
            ["Tell me about Reclast", "is Prolia the same", "how long does the first one last"],
            "how long does the first one last (zoledronic acid)",
        ),
    ],
    ids=[
        "brand",
        "own name",
        "pronoun",
        "comparison",
        "new name",
        "harm",
        "new name, old topic",
        "no word of comparing",
        "new topic",
        "misspelt",
        "why",
        "why, and on",
        "new name of two words",
        "correction",
        "correction in a word",
        "correction of something else",
        "beside it",
        "instead of it",
        "light words and numbers",
        "set against it",
        "second of two",
        "first that was spoken of",
    ],
)
def test_a_message_becomes_a_question_that_stands_alone(
    assistant: Assistant, messages: list[str], expected: str
) -> None:
    assert rephrase(Conversation.of(messages), assistant.wording).question == expected


def test_a_corrected_question_is_asked_as_if_it_were_the_first(assistant: Assistant) -> None:
    messages = ["Does Actonel hurt the stomach?", "no, I meant raloxifene"]
    asked = rephrase(Conversation.of(messages), assistant.wording)
    first = rephrase(Conversation.of([asked.question]), assistant.wording)
    assert asked == replace(first, carried=(asked.question,))


@pytest.mark.parametrize(
    ("messages", "quoted"),
    [
        (["what is a good t-score", "-2.2"], "between -1.0 and -2.5"),
        (["what egfr is too low for zoledronic acid", "29"], "less than 35"),
    ],
)
def test_a_bare_number_is_a_result_of_what_was_asked_about(
    assistant: Assistant, messages: list[str], quoted: str
) -> None:
    answer = reply(assistant, messages)
    assert answer.carried
    assert any(quoted in citation.quote for citation in answer.citations)
    assert reply(assistant, messages[1:]).status == "unreadable"


def test_what_was_corrected_is_not_read_with_what_follows(assistant: Assistant) -> None:
    messages = ["Does Evista help hot flushes?", "no, I meant Fosamax", "and how often"]
    asked = rephrase(Conversation.of(messages), assistant.wording)
    assert asked.before == "Does alendronate help hot flushes?"
    assert asked.readings[-1].text == "and how often | Does alendronate help hot flushes?"


def test_a_later_message_is_taken_in_several_ways_that_add_up(assistant: Assistant) -> None:
    asked = rephrase(Conversation.of(["What is Reclast?", "is it safe", "how often"]),
                     assistant.wording)  # fmt: skip
    assert [reading.text for reading in asked.readings] == [
        "how often", asked.question, "how often | is it safe | What is zoledronic acid?",
    ]  # fmt: skip
    assert sum(reading.weight for reading in asked.readings) == pytest.approx(1)


def test_a_conversation_is_bounded_and_cleaned() -> None:
    conversation = Conversation.of(
        [*["x" * 3000] * 3, *["bone"] * 20, "\u202eWhat  is\x07 RANKL\u200b?"]
    )
    assert conversation.last == "What is RANKL?"
    assert conversation.earlier == ("bone",) * 6


@pytest.mark.parametrize(
    "message",
    ["fosamax side efects", "boniva missed dose", "jaw", "T-score -2.5", "Ödem nach HRT is it bad"],
)
def test_key_words_are_not_taken_for_another_language(message: str) -> None:
    assert Conversation.of([message]).last == message
