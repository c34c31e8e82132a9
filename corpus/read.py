"""Files on disk into documents: one reader per format, all giving the same Document.

A reader's whole task is a Page: the front matter and the blocks as a person reads them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml

from corpus.document import Document, Level
from corpus.markdown import markdown_page
from corpus.page import Page
from corpus.plain import plain_page
from corpus.reference import Reference, load_references
from corpus.sentences import sentences_of

READERS: dict[str, Callable[[str, Mapping[str, Reference]], Page]] = {
    ".md": markdown_page,
    ".markdown": markdown_page,
    ".txt": plain_page,
}
LARGEST = 5_000_000  # bytes; a book is about one million
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,79}$")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def document_files(folder: Path) -> list[Path]:
    """The files of a folder that a reader exists for, in a stable order."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}; give one with --documents DIR")
    files = (file for file in folder.rglob("*") if file.suffix.lower() in READERS)
    return sorted(file for file in files if file.is_file() and not file.name.startswith("."))


def read_documents(folder: Path) -> list[Document]:
    """Every document of a folder; all that can't be read are named in one ValueError."""
    references = folder_references(folder)
    documents: dict[str, Document] = {}
    problems: list[str] = []
    for file in document_files(folder):
        try:
            document = read_document(file, references)
            if document.id in documents:
                raise ValueError(f"two files give the document id {document.id!r}; rename one")
            documents[document.id] = document
        except (ValueError, OSError) as error:
            problems.append(f"{file.name}: {error}")
    if problems:
        raise ValueError("these documents can't be read:\n  " + "\n  ".join(problems))
    if not documents:
        known = ", ".join(sorted(READERS))
        raise ValueError(f"no documents ({known}) in {folder}; put some there and build again")
    return list(documents.values())


def folder_references(folder: Path) -> dict[str, Reference]:
    """The references beside the documents, or one folder above them."""
    files = (folder / "references.json", folder.parent / "references.json")
    return load_references(next((file for file in files if file.exists()), files[0]))


def read_document(file: Path, references: Mapping[str, Reference]) -> Document:
    """One file as a Document; ValueError says what is wrong with it, without its path."""
    matter, body = _front_matter(_read_text(file))
    page = READERS[file.suffix.lower()](body, references)
    title = str(matter.get("title") or page.title or file.stem.replace("-", " ").capitalize())
    text, blocks, marks = page.with_title(title).laid_out()
    sentences = sentences_of(text, blocks)
    if not sentences:
        raise ValueError("it has no sentences; delete it or write some")
    return Document(
        id=identifier(file.stem),
        title=title,
        text=text,
        blocks=blocks,
        sentences=sentences,
        marks=marks,
        level=_level(matter.get("level", "plain")),
        topics=tuple(str(topic) for topic in matter.get("topics") or ()),
        sources=tuple(str(key) for key in matter.get("sources") or ()),
        written=_date(matter, "written"),
        review_due=_date(matter, "review_due"),
        clinical_review=str(matter.get("clinical_review", "none")),
    )


def identifier(name: str) -> str:
    """A file name as a document id: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]
    if not IDENTIFIER.match(made):
        raise ValueError(f"its name {name!r} gives no id; name it with letters a-z or digits")
    return made


def _read_text(file: Path) -> str:
    size = file.stat().st_size
    if size > LARGEST:
        raise ValueError(f"it has {size:,} bytes and {LARGEST:,} is the limit; split it")
    try:
        raw = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8; save it as UTF-8") from error
    return "".join(_readable(raw.replace("\r\n", "\n").replace("\r", "\n")))


def _readable(text: str) -> Iterator[str]:
    """The characters a reader can see: no controls, no bidi or zero-width marks."""
    for character in text:
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"):
            yield character


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        matter = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 2}" if where else ""
        raise ValueError(f"its front matter is not YAML{line}; mend it") from error
    if not isinstance(matter, dict):
        raise ValueError("its front matter is not 'key: value' lines; mend it")
    return matter, text[match.end() :]


def _level(value: object) -> Level:
    for level in get_args(Level):
        if value == level:
            return level  # type: ignore[no-any-return]
    raise ValueError(f"level {value!r} is none of {', '.join(get_args(Level))}")


def _date(matter: Mapping[str, Any], key: str) -> date | None:
    value = matter.get(key)
    if value is None or type(value) is date:
        return value
    raise ValueError(f"{key} {value!r} is not a date such as 2026-11-23")
