"""Which package may import which, and through which file each heavy library comes in."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "corpus": set(),
    "index": {"corpus"},
    "assistant": {"index", "corpus"},
    "ui": {"assistant"},
    "eval": {"assistant", "index", "corpus"},
}
EXCEPTIONS = {("ui/__main__.py", "index")}  # the default folder of the index
DOORS = {
    "langchain_text_splitters": {"corpus/split.py"},
    "sentence_transformers": {"index/export.py"},
    "torch": {
        "index/adapt.py", "index/classify.py", "index/export.py", "index/general.py",
        "index/lowrank.py", "index/tune.py",
    },
    "transformers": {"index/export.py"},
    "pdfplumber": {"corpus/formats/pdf.py"},
    "pdfminer": {"corpus/formats/pdf.py"},
    "docx": {"corpus/formats/word.py"},
    "trafilatura": {"corpus/formats/web.py"},
    "textstat": {"corpus/grade.py"},
    # the last measures what no index uses yet
    "faiss": {"index/vectors.py", "index/kept.py", "eval/scale.py"},
    "rapidfuzz": {"index/spelling.py"},
    "spellchecker": {"index/spelling.py"},
    "bm25s": {"index/words.py"},
    "onnxruntime": {"index/encode.py", "index/optimize.py"},
    "mcp": {"ui/agents.py"},
    "gradio": {"ui/chat.py", "ui/theme.py", "ui/echo.py"},  # the latter to measure the former by
    "ir_measures": {"eval/retrieval.py"},
    "matplotlib": {"eval/plots.py"},
}  # fmt: skip
DATA = {".yaml", ".json", ".jsonl", ".npz", ".txt", ".html", ".css", ".js"}
MADE_HERE = {"index/built", "eval/results", "eval/peers"}  # an index; what is run from a checkout
FILES = sorted(file for package in ALLOWED for file in (ROOT / package).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """Top-level names of all that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_imports_run_one_way_and_through_the_doors(file: Path) -> None:
    name = file.relative_to(ROOT).as_posix()
    package = name.split("/")[0]
    for module in imported(file):
        if module in ALLOWED and module != package and (name, module) not in EXCEPTIONS:
            assert module in ALLOWED[package], f"{name} must not import {module}"
        if module in DOORS:
            assert name in DOORS[module], f"{name} must not import {module}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(tree), "a module says what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_nothing_names_a_machine() -> None:
    for file in ROOT.rglob("*"):
        inside = file.relative_to(ROOT).parts
        if file.suffix in {".py", ".md", ".toml", ".yaml", ".json"} and inside[0][0] not in "._":
            if {"built", "build", "local"} & set(inside) or inside[0].endswith(".egg-info"):
                continue
            text = file.read_text(encoding="utf-8")
            assert not re.search("/(home|root|work|tmp)/", text), file


def test_what_a_package_reads_is_installed_with_it() -> None:
    """A library without its weights would answer worse and say nothing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packaged = project["tool"]["setuptools"]["package-data"]
    installed = {
        file
        for package, patterns in packaged.items()
        for pattern in patterns
        for file in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    data = (file for package in ALLOWED for file in (ROOT / package).rglob("*"))
    read = {file for file in data if file.suffix in DATA}
    made = [ROOT / folder for folder in MADE_HERE]
    missing = {f for f in read - installed if not any(f.is_relative_to(m) for m in made)}
    assert len(installed) > 200
    assert not missing
