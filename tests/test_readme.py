"""The README's lines run and print what it shows; its tree names what is there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import WholeRun

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(command: list[str], built: Path) -> str:
    environment = os.environ | {"BONEWISE_INDEX": str(built)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    return done.stdout


def shown_commands() -> list[tuple[str, str]]:
    parts = re.split(r"^\$ (.*)\n", blocks("console")[0], flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("command", "shown"), shown_commands(), ids=lambda text: text[:40])
def test_a_command_prints_what_the_readme_shows(built: Path, command: str, shown: str) -> None:
    assert command.startswith("python -m ")
    printed = run([sys.executable, *shlex.split(command)[1:]], built)
    at = 0
    for piece in shown.split("...\n"):  # what is left out
        found = printed.find(piece, at)
        assert found >= 0, piece
        at = found + len(piece)


def test_the_python_lines_print_what_the_readme_shows(built: Path) -> None:
    assert run([sys.executable, "-c", blocks("python")[0]], built) == blocks("text")[0]


def test_the_tree_names_every_module_and_no_other() -> None:
    tree = blocks("text")[1]
    for package in ("corpus", "index", "assistant", "ui", "eval"):
        section = tree.split(f"{package}/ ", 1)[1].split("\n\n")[0]
        section = re.split(r"^\w+/ ", section, maxsplit=1, flags=re.MULTILINE)[0]
        named = set(re.findall(r"\b(\w+\.py)\b", section))
        there = {file.name for file in (ROOT / package).glob("*.py")}
        assert named == there - {"__init__.py", "__main__.py"}, package


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^make (\w+)", blocks("sh")[0], re.MULTILINE)
    assert commands == ["serve", "test"]
    for command in commands:
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_numbers_are_those_that_eval_prints(whole_run: WholeRun) -> None:
    """Row by row, by name; within 0.05, as another processor rounds int8 otherwise."""
    score = re.compile(r"(\d\.\d{3}) \(\d\.\d\d-\d\.\d\d\)")
    rows = whole_run.printed.split(" by level")[0].splitlines()  # all questions, then by group
    printed = {row.split("│")[1].strip(): score.findall(row) for row in rows if score.search(row)}
    lines = README.split("## Measured")[1].splitlines()
    shown = {line.split("|")[1].strip(): score.findall(line) for line in lines
             if line.startswith("|") and score.search(line)}  # fmt: skip
    assert len(shown) >= 16
    for name, means in shown.items():
        assert name in printed, f"python -m eval prints no row {name!r}"
        assert [float(m) for m in means] == pytest.approx(list(map(float, printed[name])), abs=0.05)
