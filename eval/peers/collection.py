"""The questions and documents that the sides are compared on: our own, or any in BEIR layout."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus import library_folders
from corpus.span import Span
from eval import QUESTIONS
from eval.beir import filtered, indexed, load_collection
from eval.peers.material import Material
from eval.question import ANSWERS, Question, load_questions
from index.build import build_index
from index.load import load_index
from index.progress import Progress
from index.search import Index

Grades = Mapping[str, Mapping[str, int]]  # question to name to grade


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages are judged only where labels are spans; documents are judged everywhere."""

    name: str
    words: str  # what it is, for a reader
    material: Material
    documents: Grades
    names: Mapping[str, str]  # id of a document here to the one that was judged
    passages: Callable[[Iterable[str]], Grades] | None = None  # grades of a side's own units
    relevant: int = ANSWERS  # the grade from which a document counts


def library(folder: Path, progress: Progress) -> Collection:
    """The project's documents, and the dev questions that they answer."""
    build_index(library_folders(), folder / "index", progress=progress)
    index = load_index(folder / "index")
    asked = {
        question.id: question
        for question in load_questions(QUESTIONS, index.documents)
        if question.split == "dev" and question.answerable and alone(question)
    }

    def passages(units: Iterable[str]) -> Grades:
        places = [(unit, *place(unit)) for unit in units]
        return {name: unit_grades(question, places) for name, question in asked.items()}

    documents = {name: document_grades(question) for name, question in asked.items()}
    words = (
        f"{len(asked)} answerable dev questions (follow-ups as their writer would ask them on "
        f"their own) over our {len(index.documents)} documents, under whose sentences stand "
        f"{len(index.asked_vectors):,} questions"
    )
    texts = {name: alone(question) for name, question in asked.items()}
    made = _material(index, [str(source) for source in library_folders()], texts)
    same = {name: name for name in index.documents}
    return Collection("library", words, made, documents, same, passages)


def beir(source: Path, folder: Path, progress: Progress) -> Collection:
    """A folder in BEIR layout, its judged documents and its queries that have an answer."""
    collection = load_collection(filtered(source, folder / "collection"))
    relevant = collection.usual
    judged = collection.with_relevant(relevant)
    index, names = indexed(collection, folder, progress)
    texts = {query: collection.queries[query] for query in judged}
    name = source.resolve().name
    words = (
        f"{len(judged)} queries over the {len(index.documents)} judged documents of {name}, "
        f"relevant from grade {relevant} on"
    )
    made = _material(index, [str(folder / "documents")], texts)
    return Collection(name, words, made, judged, names, relevant=relevant)


def alone(question: Question) -> str:
    """It as it can be asked without what was said before; empty if nobody wrote that down."""
    return question.standalone if question.history else question.text


def place(unit: str) -> tuple[str, Span]:
    """Document and span of an id ``document#start-end``."""
    document, _, span = unit.rpartition("#")
    start, _, end = span.partition("-")
    return document, Span(int(start), int(end))


def unit_grades(question: Question, places: Iterable[tuple[str, str, Span]]) -> dict[str, int]:
    """Each unit by its best label, of which it must hold more than half of the characters."""
    found: dict[str, int] = {}
    for unit, document, span in places:
        for label in question.relevant:
            held = min(span.end, label.end) - max(span.start, label.start)
            if label.document == document and 2 * held > label.end - label.start:
                found[unit] = max(label.grade, found.get(unit, 0))
    return found


def document_grades(question: Question) -> dict[str, int]:
    """Each document by its best label."""
    found: dict[str, int] = {}
    for label in question.relevant:
        found[label.document] = max(label.grade, found.get(label.document, 0))
    return found


def _material(index: Index, folders: list[str], questions: Mapping[str, str]) -> Material:
    passages = {passage.id: passage.searchable for passage in index.passages}
    documents = {name: document.text for name, document in index.documents.items()}
    return Material(passages, documents, folders, questions)
