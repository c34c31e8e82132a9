"""Staff's own documents: real files of every format, made here, added through the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.__main__ import main

pytest.register_assert_rewrite("desk.leaflets")  # whose assertions say what they saw, too


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture
def run(shelf: Path) -> Callable[..., int]:
    def command(name: str, *arguments: object) -> int:
        return main([name, *map(str, arguments), "--library", str(shelf)])

    return command
