"""What a run was made with: enough for a reader to repeat it, and the same each time."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from assistant.ask import Assistant
from eval.question import Question
from eval.report import SEED

LIBRARIES = ("numpy", "onnxruntime", "tokenizers", "faiss-cpu", "bm25s", "PyStemmer", "ir-measures")


def made_with(assistant: Assistant, questions: Sequence[Question]) -> dict[str, object]:
    """Recipe, revision, versions, questions and seed."""
    return {
        "recipe": asdict(assistant.index.recipe),
        "revision": _revision(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "machine": f"{platform.system()} {platform.machine()}",
        "questions": _fingerprint(questions),
        "seed": SEED,
    }


def _fingerprint(questions: Sequence[Question]) -> str:
    """Tells whether two runs were measured on the same questions and labels."""
    rows = json.dumps([asdict(question) for question in questions])
    return hashlib.sha256(rows.encode("utf-8")).hexdigest()


def _revision() -> str:
    """The commit that is checked out, with a plus if files differ; "unknown" without git."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent
        )
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
