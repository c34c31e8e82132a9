"""A settings file, the environment and a command line's flags -> Settings, the last word last.

Every refusal is a ValueError or OSError with one line for each finding: where, which key, which
value, and what to do.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ui.settings import Settings, problems

PREFIX = "BONEWISE_"
ELSEWHERE = {"BONEWISE_SETTINGS", "BONEWISE_LIBRARY"}  # which other commands read
KINDS: Mapping[str, Any] = {field.name: field.type for field in fields(Settings)}
KNOWN = sorted(KINDS)
WANTED: Mapping[Any, str] = {
    str: 'a text in quotes, such as "…"',
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple[str, ...]: 'a list of texts, such as ["…", "…"]',
    Path | None: "a path in quotes",
}
SWITCH = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


def configure(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings of a site; `file` is else named by BONEWISE_SETTINGS, and may be none at all."""
    environment = os.environ if environment is None else environment
    pointed = environment.get(f"{PREFIX}SETTINGS", "")
    file = file or (Path(pointed) if pointed else None)
    wrong: list[str] = []
    values = _file(file, wrong) if file else {}
    named = {name: f"{file}: {name}" for name in values}
    variables = _environment(environment, wrong)
    named |= {name: f"{PREFIX}{name.upper()}" for name in variables}
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    named |= {name: f"--{name.replace('_', '-')}" for name in given}
    values |= variables | given
    wrong += [f"{named[name]} = {_said(value)}: {says}" for name, value, says in problems(values)]
    if wrong:
        raise ValueError("\n".join(wrong))
    return Settings(**values)


def _file(file: Path, wrong: list[str]) -> dict[str, Any]:
    """The values of a settings file; its paths are as seen from its folder."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} is not TOML in UTF-8: {error}") from error
    except OSError as error:
        raise OSError(f"can't read the settings file {file}: {error.strerror}") from error
    values: dict[str, Any] = {}
    for name, value in rows.items():
        if name not in KINDS:
            wrong.append(f"{file}: there is no setting {name!r}{_nearest(name, KNOWN)}")
            continue
        kind = KINDS[name]
        try:
            values[name] = _typed(value, kind, file.parent)
        except TypeError:
            wrong.append(f"{file}: {name} = {_said(value)}: must be {WANTED[kind]}")
    return values


def _typed(value: Any, kind: Any, folder: Path) -> Any:
    """A TOML value as the kind that a field has; TypeError if it is another kind."""
    if kind == tuple[str, ...] and isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return tuple(value)
    elif kind == Path | None and isinstance(value, str):
        return folder / value if value else None
    elif kind is float and type(value) in (int, float):
        return float(value)
    elif kind in (str, int, bool) and type(value) is kind:  # True is an int too
        return value
    raise TypeError


def _environment(environment: Mapping[str, str], wrong: list[str]) -> dict[str, Any]:
    """The values of the variables that begin with BONEWISE_."""
    values: dict[str, Any] = {}
    variables = [f"{PREFIX}{name.upper()}" for name in KNOWN]
    for variable, text in environment.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or variable in ELSEWHERE:
            continue
        if variable not in variables:
            wrong.append(f"there is no variable {variable}{_nearest(variable, variables)}")
            continue
        kind = KINDS[name]
        try:
            values[name] = _read(text, kind)
        except (ValueError, KeyError):
            wanted = "a list with commas" if kind == tuple[str, ...] else WANTED[kind]
            wrong.append(f'{variable} = "{text}": must be {wanted}')
    return values


def _read(text: str, kind: Any) -> Any:
    """The text of a variable as the kind that a field has."""
    text = text.strip()
    if kind == tuple[str, ...]:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    if kind == Path | None:
        return Path(text) if text else None
    if kind is bool:
        return SWITCH[text.lower()]
    return kind(text)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1, 0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"


def _said(value: Any) -> str:
    """A value as a settings file has it, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_said(item) for item in value) + "]"
    return repr(str(value)).replace("'", '"') if isinstance(value, str | Path) else str(value)
