"""Any collection in the BEIR layout, searched with the project's own index.

The folder holds ``corpus.jsonl`` (_id, title, text), ``queries.jsonl`` (_id, text, metadata) and
``qrels.tsv`` (query-id, corpus-id, score; a header line), or ``qrels/test.tsv`` as the published
collections have it, see https://github.com/beir-cellar/beir. A document is as good as its best
passage.
"""

import json
import operator
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
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
from index.status import fresh

FILES = ("corpus.jsonl", "queries.jsonl")
JUDGED = ("qrels.tsv", "qrels/test.tsv")  # the first that is there
USUAL = 2  # the grade that counts as relevant, where judgements go so high


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

    @property
    def highest(self) -> int:
        """The best grade that somebody has given; 0 without judgements."""
        return max((max(grades.values()) for grades in self.judgements.values()), default=0)

    @property
    def usual(self) -> int:
        """The grade from which a document counts as relevant, unless somebody says another."""
        return USUAL if self.highest >= USUAL else 1

    def with_relevant(self, grade: int) -> dict[str, Mapping[str, int]]:
        """Judgements of the queries that have a document of this grade; ValueError if none has."""
        found = {q: given for q, given in self.judgements.items() if max(given.values()) >= grade}
        if not found:
            raise ValueError(
                f"no judgement in {self.folder} has the grade {grade} or a higher one (the highest "
                f"is {self.highest}), so that nothing can be measured"
            )
        return found


def load_collection(folder: Path, query_field: str = "text") -> Collection:
    """Queries and judgements; `query_field` is a path such as ``metadata.original``."""
    for name in FILES:
        if not (folder / name).is_file():
            raise _missing(folder, name)
    queries = {
        row["_id"]: _field(row, query_field, number)
        for number, row in enumerate(_rows(folder / "queries.jsonl"), start=1)
    }
    return Collection(folder, queries, _judgements(_judged(folder), queries))


def filtered(source: Path, folder: Path) -> Path:
    """The same collection in `folder` with its judged documents alone."""
    judged = load_collection(source).judged
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILES[0]).open("w", encoding="utf-8") as kept:
        for row in _rows(source / FILES[0]):
            if row["_id"] in judged:
                kept.write(json.dumps(row, ensure_ascii=False) + "\n")
    shutil.copyfile(source / FILES[1], folder / FILES[1])
    shutil.copyfile(_judged(source), folder / JUDGED[0])
    return folder


def indexed(
    collection: Collection, out: Path, progress: Progress = silent
) -> tuple[Index, dict[str, str]]:
    """An index over the corpus in `out` (kept for the next time), and file id to document id."""
    corpus, texts, stamp = collection.folder / FILES[0], out / "documents", out / "corpus.sha256"
    names = {_name(number): row["_id"] for number, row in enumerate(_rows(corpus))}
    wanted = file_hash(corpus)
    same = stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted
    if not same or {file.stem for file in texts.glob("*.txt")} != names.keys():
        stamp.unlink(missing_ok=True)  # whoever stops it from here on begins again
        shutil.rmtree(texts, ignore_errors=True)  # another corpus may have had more
        _write(corpus, texts)
        stamp.write_text(wanted, encoding="utf-8")
    if not fresh(out / "index"):
        build_index([texts], out / "index", progress=progress)
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


def _missing(folder: Path, name: str) -> FileNotFoundError:
    files = ", ".join((*FILES, " or ".join(JUDGED)))
    return FileNotFoundError(f"{folder} has no {name}; a BEIR folder has {files}")


def _judged(folder: Path) -> Path:
    """The file of judgements."""
    for name in JUDGED:
        if (folder / name).is_file():
            return folder / name
    raise _missing(folder, " or ".join(JUDGED))


def _judgements(file: Path, queries: Container[str]) -> dict[str, dict[str, int]]:
    """Query to document to grade; ValueError for a line that is none or judges an unknown query."""
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], start=2):
        try:
            query, document, grade = line.split("\t")
            found.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise ValueError(
                f"{file.name} line {number} is not 'query, document, grade'"
            ) from error
        if query not in queries:
            raise ValueError(f"{file.name} line {number}: {FILES[1]} has no query {query!r}")
    return found


def _name(number: int) -> str:
    """What a document is called in the index, by its place in the corpus."""
    return f"d{number:07d}"


def _write(corpus: Path, folder: Path) -> None:
    """Each document as a file with a card."""
    folder.mkdir(parents=True)
    for number, row in enumerate(_rows(corpus)):
        text = str(row.get("text") or "") or str(row.get("title") or "")
        file = folder / f"{_name(number)}.txt"
        file.write_text(text + "\n", encoding="utf-8")
        card = yaml.safe_dump({"title": str(row.get("title") or "")}, allow_unicode=True)
        card_file(file).write_text(card, encoding="utf-8")


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
