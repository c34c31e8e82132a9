"""A problem of a document, and how all of them are shown."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from corpus.document import Document
from corpus.grade import grade

Severity = Literal["error", "warning", "look"]  # "look": only a person can tell
LIBRARY = "(library)"  # in the place of a document's id


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where, in a sentence that its author can act on."""

    document: str
    severity: Severity
    text: str


def report(documents: Sequence[Document], problems: Sequence[Problem], as_json: bool) -> int:
    """Print a table by document and every problem; 1 if one of them is an error."""
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print(json.dumps({"errors": errors, "problems": [asdict(p) for p in problems]}))
        return 1 if errors else 0
    Console().print(_table(documents, problems))
    for problem in problems:
        print(f"{problem.severity:8}{problem.document}: {problem.text}")
    counts = Counter(problem.severity for problem in problems)
    print(
        f"{len(documents)} documents: {counts['error']} errors, {counts['warning']} warnings, "
        f"{counts['look']} to look at"
    )
    return 1 if errors else 0


def _table(documents: Sequence[Document], problems: Sequence[Problem]) -> Table:
    table = Table()
    table.add_column("document", overflow="fold")
    for name in ("level", "sentences", "grade", "errors", "warnings", "to look at"):
        table.add_column(name)
    counts = Counter((problem.document, problem.severity) for problem in problems)
    for document in documents:
        found = (str(counts[document.id, kind] or "") for kind in ("error", "warning", "look"))
        size = str(len(document.sentences))
        table.add_row(document.id, document.level, size, f"{grade(document):.1f}", *found)
    return table
