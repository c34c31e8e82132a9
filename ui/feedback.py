"""Whether an answer helped, written down only where the site has turned that on.

One JSON line each, in the format that ``python -m eval add --feedback FILE`` reads.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.answer import Answer

LONGEST_REASON = 500  # characters
WRITING = Lock()  # lines of one process do not run into each other


def feedback_row(
    messages: Sequence[str], answer: Answer, helpful: bool, reason: str = ""
) -> dict[str, Any]:
    """The last of the messages, what was shown for it, and what the person thought of that."""
    shown = [
        {"document": c.passage.document.id, "start": c.span.start, "end": c.span.end}
        for c in answer.citations
    ]
    *history, question = messages
    row = {"question": question, "helpful": helpful, "shown": shown, "history": history}
    return row | {"reason": reason.strip()[:LONGEST_REASON]}


def add_feedback(file: Path, row: dict[str, Any]) -> None:
    """Add a row to the end of the file."""
    line = json.dumps(row, ensure_ascii=False) + "\n"
    with WRITING, file.open("a", encoding="utf-8") as out:
        out.write(line)
