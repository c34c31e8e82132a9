"""Files on disk into documents: one reader per format, all giving the same Document.

A reader's whole task is a Page: the blocks as a person reads them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from corpus.asked import asked_files, load_asked, with_asked
from corpus.confined import FORMATS, confined_page
from corpus.document import Document
from corpus.formats.markdown import markdown_links, markdown_page
from corpus.formats.plain import plain_page
from corpus.matter import matter_of
from corpus.page import Page
from corpus.reference import Reference, load_references
from corpus.sentences import sentences_of
from corpus.tidy import noise, tidied
from corpus.visible import visible

TEXTS: dict[str, Callable[[str, Mapping[str, Reference]], Page]] = {
    ".md": markdown_page,
    ".markdown": markdown_page,
    ".txt": plain_page,
}
SUFFIXES = (*TEXTS, *FORMATS)
LARGEST = 5_000_000  # bytes of text; a book is about one million
LARGEST_FILE = 30_000_000  # bytes of a format with pictures
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,79}$")


def document_files(folder: Path) -> list[Path]:
    """The files of a folder that a reader exists for, in a stable order."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}; give one with --documents DIR")
    files = (file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    return sorted(
        file
        for file in files
        if file.is_file()
        and not file.is_symlink()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def read_documents(*folders: Path) -> list[Document]:
    """Every document of some folders; all that can't be read are named in one ValueError."""
    documents: dict[str, Document] = {}
    problems: list[str] = []
    for folder in folders:
        references = folder_references(folder)
        asked = {file.stem: file for file in asked_files(folder)}
        for file in document_files(folder):
            try:
                document = read_document(file, references)
                if document.id in documents:
                    raise ValueError(f"two files give the document id {document.id!r}; rename one")
                if document.id in asked:
                    document = with_asked(document, load_asked(asked[document.id]))
                documents[document.id] = document
            except (ValueError, OSError) as error:
                problems.append(f"{file.name}: {error}")
    if problems:
        raise ValueError("these documents can't be read:\n  " + "\n  ".join(problems))
    if not documents:
        known, where = ", ".join(sorted(SUFFIXES)), ", ".join(map(str, folders))
        raise ValueError(f"no documents ({known}) in {where}; put some there and build again")
    return list(documents.values())


def folder_references(folder: Path) -> dict[str, Reference]:
    """The references beside the documents, or one folder above them."""
    first, above = reference_files(folder)
    return load_references(first if first.exists() else above)


def reference_files(folder: Path) -> tuple[Path, Path]:
    """Where the references of a folder's documents may be; the first that exists counts."""
    return folder / "references.json", folder.parent / "references.json"


def read_document(file: Path, references: Mapping[str, Reference]) -> Document:
    """One file as a Document; ValueError says what is wrong with it, without its path."""
    return read_noted(file, references)[0]


def read_noted(file: Path, references: Mapping[str, Reference]) -> tuple[Document, tuple[str, ...]]:
    """One file as a Document, and what was left out of it as no part of its text."""
    suffix = file.suffix.lower()
    matter, body = matter_of(file, _read_text(file) if suffix in TEXTS else "")
    notes: tuple[str, ...] = ()
    page = TEXTS[suffix](body, references) if suffix in TEXTS else _foreign_page(file)
    if suffix in FORMATS or matter.publisher:
        tidy = tidied(page)
        page, notes = tidy.page, tuple(noise(tidy))
    title = matter.title or page.title or file.stem.replace("-", " ").capitalize()
    laid_out = page.with_title(visible(title)).laid_out()
    sentences = sentences_of(laid_out.text, laid_out.blocks)
    if not sentences:
        raise ValueError("it has no sentences; delete it or write some")
    document = Document(
        id=identifier(file.stem),
        text=laid_out.text,
        blocks=laid_out.blocks,
        sentences=sentences,
        marks=laid_out.marks,
        pages=laid_out.pages,
        links=markdown_links(body) if suffix in (".md", ".markdown") else (),
        **asdict(matter) | {"title": visible(title)},
    )
    return document, notes


def _foreign_page(file: Path) -> Page:
    """The page of a file whose format is taken apart in a process of its own."""
    _check_size(file, LARGEST_FILE)
    return confined_page(file.suffix.lower(), file.read_bytes())


def identifier(name: str) -> str:
    """A file name as a document id: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]
    if not IDENTIFIER.match(made):
        raise ValueError(f"its name {name!r} gives no id; name it with letters a-z or digits")
    return made


def _read_text(file: Path) -> str:
    _check_size(file, LARGEST)
    data = file.read_bytes()
    try:
        raw = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8; save it as UTF-8 text") from error
    if "\x00" in raw:
        raise ValueError("it is not text but binary data; give it the ending of its own format")
    return visible(raw.replace("\r\n", "\n").replace("\r", "\n"))


def _check_size(file: Path, largest: int) -> None:
    size = file.stat().st_size
    if size > largest:
        raise ValueError(f"it has {size:,} bytes and {largest:,} is the limit; split it")
