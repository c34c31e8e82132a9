"""What commands say of themselves, and what they refuse before any work starts."""

import re
from collections.abc import Callable

import pytest

from assistant.__main__ import main as assistant
from eval.__main__ import COMMANDS
from eval.__main__ import main as evaluate
from eval.peers.__main__ import main as peers
from index.__main__ import main as index
from ui.__main__ import main as ui

Main = Callable[[list[str]], int]
HELPS: list[tuple[Main, list[str]]] = [
    (assistant, []),
    *((evaluate, [command.name]) for command in COMMANDS),
    (peers, []),
    (index, ["search"]),
    (ui, []),
    (ui, ["load"]),
]


@pytest.mark.parametrize(
    ("main", "command"), HELPS, ids=[f"{main.__module__} {command}" for main, command in HELPS]
)
def test_every_option_says_what_it_is_for(
    main: Main, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    lines = capsys.readouterr().out.partition("options:\n")[2].splitlines()
    options = [n for n, line in enumerate(lines) if re.match("  -", line)]
    assert options
    for number in options:
        said = re.match(r"  -.*\S  +\S", lines[number]), lines[number + 1 : number + 2]
        assert said[0] or re.match(" {20,}", "".join(said[1])), lines[number]


def test_every_argument_of_an_evaluation_says_what_it_is_for() -> None:
    for command in COMMANDS:
        assert [name for name, given in command.arguments if not given.get("help")] == []


def test_growth_is_not_measured_on_texts_that_nobody_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        evaluate(["scale"])
    assert ended.value.code == 2
    assert "the following arguments are required: --texts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--rounds", "0", "--rounds has to be at least 1, not 0"),
        ("--clients", "-2", "--clients has to be at least 1, not -2"),
        ("--seconds", "0", "--seconds has to be more than 0, not 0"),
        ("--seconds", "nan", "--seconds has to be more than 0, not nan"),
        ("--soak", "-1", "--soak has to be 0 or more, not -1"),
    ],
)
def test_a_load_of_nothing_is_refused_before_a_server_starts(
    option: str, value: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        ui(["load", option, value])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert complaint in told.err
    assert told.out == ""
