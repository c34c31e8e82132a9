"""A maintainer's row of a question set, and `python -m eval add` with what is typed into it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def plain_row(**changes: object) -> str:
    return json.dumps({"id": "a", "text": "?", "style": "plain", "split": "dev"} | changes)


def add(built: Path, file: Path, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "eval", "add", "--index", str(built), "--to", str(file)]
    return subprocess.run(
        [*command, *options], input=typed, capture_output=True, text=True, cwd=ROOT, check=False
    )
