"""Documents with an index of them, and processes beside the test."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from index.build import build_index
from index.load import load_index
from index.reuse import Changes


class Site(NamedTuple):
    """Documents, an index of them, and the small model that embeds them."""

    documents: Path
    index: Path
    model: Path

    def write(self, name: str, text: str) -> None:
        (self.documents / f"{name}.md").write_text(text)

    def build(self) -> Changes:
        return build_index([self.documents], self.index, model=str(self.model))[1]

    def command(self, *more: str) -> list[str]:
        inputs = ["--documents", str(self.documents), "--model", str(self.model)]
        command = [sys.executable, "-m", "index", "build", *inputs, "--out", str(self.index)]
        return [*command, *more]

    def texts(self) -> str:
        return " ".join(passage.text for passage in load_index(self.index).passages)


def child(code: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
