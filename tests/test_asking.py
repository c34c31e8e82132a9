"""``python -m assistant``: one question, or lines of JSON; and what no question is."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from assistant.__main__ import main
from assistant.answer import Level
from assistant.ask import Assistant
from assistant.conversation import LONGEST, Conversation
from assistant.preferences import Preferences
from assistant.record import record
from assistant.reply import reply

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
    answer = assistant.ask(Conversation.of(["What is RANKL?"]))
    assert json.loads(capsys.readouterr().out) == record(answer)


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
