import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from assistant.__main__ import main
from assistant.answer import Answer, Citation, Level
from assistant.ask import Assistant, checked
from assistant.conversation import LONGEST, Conversation
from assistant.preferences import Preferences
from assistant.record import record
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
    ],
    ids=[
        "brand",
        "own name",
        "pronoun",
        "comparison",
        "new name",
        "harm",
        "new topic",
        "misspelt",
        "why",
        "why, and on",
    ],
)
def test_a_message_becomes_a_question_that_stands_alone(
    assistant: Assistant, messages: list[str], expected: str
) -> None:
    assert rephrase(Conversation.of(messages), assistant.wording).question == expected


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


BAD = [
    pytest.param("", "no question", id="empty"),
    pytest.param(" \u200b\x00 ", "no question", id="invisible"),
    pytest.param("a" * 20_000, "20,000 characters", id="too long"),
    pytest.param("ﷺ" * LONGEST, "longer than", id="grows when normalised"),
    pytest.param("\ud800 bone", "U+D800", id="lone surrogate"),
    pytest.param("😀🦴", "no words", id="emoji"),
    pytest.param("123 456?", "no words", id="digits"),
]


@pytest.mark.parametrize(("message", "complaint"), BAD)
def test_a_message_that_is_no_question_is_answered_in_a_sentence(
    assistant: Assistant, message: str, complaint: str
) -> None:
    answer = reply(assistant, [message])
    assert answer.status == "unreadable"
    assert complaint in answer.message
    assert answer.message.endswith((".", '"'))


@pytest.mark.parametrize(
    "message",
    ["fosamax side efects", "boniva missed dose", "jaw", "T-score -2.5", "Ödem nach HRT is it bad"],
)
def test_key_words_are_not_taken_for_another_language(message: str) -> None:
    assert Conversation.of([message]).last == message


# --- the command line ---------------------------------------------------------------------------


def test_one_question_prints_quotes_then_sources(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["How do I take alendronate?", "--index", str(built)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("[1] Take the weekly")
    assert "How to take the weekly alendronate tablet >" in out
    assert "written 2026-11-23; clinical review: none" in out
    assert "Fosamax (alendronate sodium)" in out


def test_json_is_the_answer(
    assistant: Assistant, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["What is RANKL?", "--json", "--index", str(built)]) == 0
    assert json.loads(capsys.readouterr().out) == record(ask(assistant, "What is RANKL?"))


def test_json_lines_keep_their_contract(built: Path) -> None:
    lines = [
        json.dumps({"id": "a", "messages": ["What is Reclast?", "how often is it given"]}),
        "not json",
        json.dumps({"id": 7, "messages": ["what is the capital of Mongolia"]}),
        "",
        json.dumps({"id": "e", "messages": []}),
        json.dumps({"id": "n", "messages": [1]}),
        json.dumps({"id": "s", "messages": ["\ud800"]}),
        "[" * 100_000,
    ]
    done = subprocess.run(  # noqa: PLW1510 (the code is asserted)
        [sys.executable, "-m", "assistant", "--jsonl", "--index", str(built)],
        input="\n".join(lines).encode() + b"\n\xff\xfe\n",
        capture_output=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [json.loads(line) for line in io.BytesIO(done.stdout)]
    assert [(row["id"], row["status"]) for row in rows] == [
        ("a", "answered"), (None, "unreadable"), (7, "not_found"), ("e", "unreadable"),
        ("n", "unreadable"), ("s", "unreadable"), (None, "unreadable"), (None, "unreadable"),
    ]  # fmt: skip
    first = rows[0]
    assert first["standalone"] == "how often is it given (zoledronic acid)"
    assert {"id", "status", "standalone", "cards", "citations", "considered"} <= first.keys()
    assert {
        "number", "quote", "document", "title", "heading", "start", "end", "score",
    } <= first["citations"][0].keys()  # fmt: skip
    assert 1 <= len(first["considered"]) <= 10
    assert first["considered"][0].keys() == {"document", "start", "end", "score"}


def test_json_lines_are_answered_at_the_level_that_was_chosen(
    built: Path, assistant: Assistant
) -> None:
    question = "How does HRT protect bone?"
    plain, research = (
        record(reply(assistant, [question], Preferences(level=level)))["citations"]
        for level in get_args(Level)[::2]
    )
    command = [sys.executable, "-m", "assistant", "--jsonl", "--level", "research"]
    done = subprocess.run(
        [*command, "--index", str(built)], capture_output=True, check=True, timeout=120,
        input=json.dumps({"id": 1, "messages": [question]}).encode(),
    )  # fmt: skip
    assert json.loads(done.stdout)["citations"] == research != plain


@pytest.mark.parametrize(("message", "complaint"), BAD)
def test_a_bad_question_on_the_command_line_is_code_2(
    built: Path, capsys: pytest.CaptureFixture[str], message: str, complaint: str
) -> None:
    assert main([message, "--index", str(built)]) == 2
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert captured.out == ""


def test_a_missing_index_is_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["What is RANKL?", "--index", str(tmp_path)]) == 2
    assert "python -m index build" in capsys.readouterr().err


def test_serving_imports_neither_torch_nor_sentence_transformers(built: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from assistant.ask import Assistant; from assistant.conversation import Conversation\n"
        "from ui.server import build_app\n"
        f"assistant = Assistant.load(Path({str(built)!r}))\n"
        "assert assistant.ask(Conversation.of(['What is RANKL?'])).citations\n"
        "build_app(assistant)\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: PLW1510 (the code is asserted)
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr
