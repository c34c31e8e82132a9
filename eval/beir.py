"""Any collection in the BEIR layout, searched with the project's own index.

The folder holds ``corpus.jsonl`` (_id, title, text), ``queries.jsonl`` (_id, text, metadata) and
``qrels.tsv`` (query-id, corpus-id, score; a header line), see https://github.com/beir-cellar/beir.
A document is as good as its best passage.
"""

import json
import operator
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import yaml
from rich.progress import track

from corpus.matter import card_file
from index.build import build_index
from index.files import file_hash
from index.load import load_index
from index.progress import Progress, silent
from index.search import Index

FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")


@dataclass(frozen=True, slots=True)
class Collection:
    """The queries and judgements of a folder; the corpus is read when it is indexed."""

    folder: Path
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]  # query to document to grade

    @property
    def judged(self) -> frozenset[str]:
        """Every document that somebody has judged for some query."""
        return frozenset(name for grades in self.judgements.values() for name in grades)


def load_collection(folder: Path, query_field: str = "text") -> Collection:
    """Queries and judgements; `query_field` is a path such as ``metadata.original``."""
    for name in FILES:
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder} has no {name}; a BEIR folder has {', '.join(FILES)}")
    queries = {
        row["_id"]: _field(row, query_field, number)
        for number, row in enumerate(_rows(folder / "queries.jsonl"), start=1)
    }
    judgements: dict[str, dict[str, int]] = {}
    lines = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], start=2):
        try:
            query, document, grade = line.split("\t")
            judgements.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise ValueError(f"qrels.tsv line {number} is not 'query, document, grade'") from error
    return Collection(folder, queries, judgements)


def filtered(source: Path, folder: Path) -> Path:
    """The same collection in `folder` with its judged documents alone."""
    judged = load_collection(source).judged
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILES[0]).open("w", encoding="utf-8") as kept:
        for row in _rows(source / FILES[0]):
            if row["_id"] in judged:
                kept.write(json.dumps(row, ensure_ascii=False) + "\n")
    for name in FILES[1:]:
        shutil.copyfile(source / name, folder / name)
    return folder


def indexed(
    collection: Collection, out: Path, progress: Progress = silent
) -> tuple[Index, dict[str, str]]:
    """An index over the corpus in `out` (kept for the next time), and file id to document id."""
    texts, stamp = out / "documents", out / "corpus.sha256"
    names = dict(_write(collection.folder / "corpus.jsonl", texts))
    wanted = file_hash(collection.folder / "corpus.jsonl")
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        build_index([texts], out / "index", progress=progress)
        stamp.write_text(wanted, encoding="utf-8")
    return load_index(out / "index", check_documents=False), names


def ranked(
    index: Index,
    names: Mapping[str, str],
    queries: Mapping[str, str],
    depth: int,
    only: frozenset[str] | None = None,
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """For each query at most `depth` documents with their scores, best first."""
    for query, text in track(queries.items(), "searching"):
        limit = len(index.passages) if only is not None else depth * 5
        best: dict[str, float] = {}
        for found in index.search(text, limit):
            name = names[found.passage.document.id]
            if (only is None or name in only) and name not in best:
                best[name] = found.score
        yield query, list(best.items())[:depth]


def save_run(run: Iterable[tuple[str, Sequence[tuple[str, float]]]], file: Path, tag: str) -> None:
    """A TREC run file: query, Q0, document, rank, score, tag."""
    with file.open("w", encoding="utf-8") as lines:
        for query, documents in run:
            for rank, (name, score) in enumerate(documents, start=1):
                lines.write(f"{query} Q0 {name} {rank} {score:.6f} {tag}\n")


def _write(corpus: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Each document as a file with a card; its id and the collection's."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, row in enumerate(_rows(corpus)):
        name = f"d{number:07d}"
        text = str(row.get("text") or "") or str(row.get("title") or "")
        file = folder / f"{name}.txt"
        file.write_text(text + "\n", encoding="utf-8")
        card = yaml.safe_dump({"title": str(row.get("title") or "")}, allow_unicode=True)
        card_file(file).write_text(card, encoding="utf-8")
        yield name, row["_id"]


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                row["_id"]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{file.name} line {number} is no object with an _id") from error
            yield row


def _field(row: Mapping[str, Any], path: str, number: int) -> str:
    try:
        return str(reduce(operator.getitem, path.split("."), row))
    except (KeyError, TypeError) as error:
        raise ValueError(f"queries.jsonl line {number} has no field {path!r}") from error
