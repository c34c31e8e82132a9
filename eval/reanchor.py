"""Labels after a document has changed: those whose text still stands there move with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.document import Document
from eval.rows import all_rows, save_rows


def reanchor(folder: Path, documents: Mapping[str, Document]) -> tuple[int, list[str]]:
    """Rewrite the question files; how many labels hold, and the quotes that are gone.

    A quote that is gone is left as it was, so that loading refuses it until a person has looked.
    """
    held, gone = 0, []
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise ValueError(f"there are no questions (*.jsonl) in {folder}")
    for file in files:
        rows = all_rows(file)
        for row in rows:
            for label in row.get("relevant", ()):
                if not {"document", "quote"} <= label.keys():
                    raise ValueError(f"{file.name}: a label of {row.get('id')} has no quote")
                if _moved(label, documents.get(label["document"])):
                    held += 1
                else:
                    gone.append(f"{row['id']}: {label['document']}: {label['quote']!r}")
        save_rows(file, rows)
    return held, gone


def _moved(label: dict[str, Any], document: Document | None) -> bool:
    """Point a label at its quote in the document as it is now; False if it is not there once."""
    if document is None or document.text.count(label["quote"]) == 0:
        return False
    places = _places(document.text, label["quote"])
    start = min(places, key=lambda place: abs(place - label.get("start", 0)))
    label |= {"hash": document.hash, "start": start, "end": start + len(label["quote"])}
    return True


def _places(text: str, quote: str) -> list[int]:
    places, at = [], text.find(quote)
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    return places
