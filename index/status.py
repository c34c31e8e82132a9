"""How an index stands: which build is in use, what it was made from, and what no longer fits.

An index is stale when building it again would make another one. A part that is not on this
machine (the documents, the model) can't be compared, which is said and is not staleness.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus.names import FILE as NAMES
from index.adapter import LEARNT, load_adapters
from index.encode import SETTINGS
from index.files import corpus_hashes, file_hash
from index.folder import seals
from index.layout import ADAPTERS
from index.load import open_build
from index.model import model_folder, model_hashes
from index.recipe import Recipe, calibrated
from index.tuning import MESSAGES, learnt_for, tuning_for
from index.weights import weights_for

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The build in use and how it differs from what a build would make now."""

    build: str
    before: str  # the build that rollback would go to; empty if there is none
    recipe: Recipe
    agreement: dict[str, float]  # of the exported encoder with the original
    added: tuple[str, ...] = ()  # files of documents, as seen from the index folder
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()  # sentences on what else has changed
    unknown: tuple[str, ...] = ()  # sentences on what could not be compared
    stale: bool = field(init=False)

    def __post_init__(self) -> None:
        """Stale if anything has changed."""
        stale = any((self.added, self.changed, self.removed, self.settings))
        object.__setattr__(self, "stale", stale)

    def as_json(self) -> dict[str, Any]:
        """All of it, without the lists of hashes."""
        fields = asdict(self)
        for name in ("corpus", "files", "encoder_files"):
            fields["recipe"][name] = len(fields["recipe"][name])
        return fields


def status(folder: Path) -> Status:
    """Compare the index in use with its documents, its encoder and this program.

    Every file is checked; ValueError or FileNotFoundError if the index can't be used at all.
    """
    named = seals(folder)
    if not named:
        raise FileNotFoundError(f"there is no index in {folder}")
    recipe = open_build(folder, named[0]).recipe
    settings = json.loads((folder / named[0].name / SETTINGS).read_text(encoding="utf-8"))
    said, unknown = [], []
    documents = _documents(folder, recipe)
    if documents is None:
        unknown.append("its documents are not on this machine")
    added, changed, removed = documents or ((), (), ())
    for check in CHECKS:
        try:
            said += list(check(recipe))
        except (ValueError, OSError) as error:
            unknown.append(str(error))
    return Status(
        named[0].name,
        named[1].name if len(named) > 1 else "",
        recipe,
        settings["agreement"],
        added=added,
        changed=changed,
        removed=removed,
        settings=tuple(said),
        unknown=tuple(unknown),
    )


def fresh(folder: Path) -> Status | None:
    """The status of an index that building again would not change; None if it would."""
    try:
        found = status(folder)
    except (ValueError, OSError):  # there is none yet, or it can't be used
        return None
    return None if found.stale else found


def _documents(folder: Path, recipe: Recipe) -> tuple[Names, Names, Names] | None:
    """Files that came, changed and went; None if their folders are not here."""
    sources = [folder / name for name in recipe.documents]
    if not all(source.is_dir() for source in sources):
        return None
    then, now = recipe.corpus, corpus_hashes(sources, folder)
    return (
        tuple(sorted(now.keys() - then.keys())),
        tuple(sorted(name for name in now.keys() & then.keys() if now[name] != then[name])),
        tuple(sorted(then.keys() - now.keys())),
    )


def _encoder(recipe: Recipe) -> Iterator[str]:
    now = model_hashes(model_folder(recipe.encoder))
    names = now.keys() | recipe.encoder_files.keys()
    if other := sorted(name for name in names if now.get(name) != recipe.encoder_files.get(name)):
        yield f"the encoder {recipe.encoder} has changed: {', '.join(other)}"


def _tuning(recipe: Recipe) -> Iterator[str]:
    if recipe.tuning != tuning_for(recipe.encoder_files, learnt_for(recipe.asked)):
        yield "the encoder has been tuned again"


def _messages(recipe: Recipe) -> Iterator[str]:
    if recipe.messages != tuning_for(recipe.encoder_files, MESSAGES):
        yield "the encoder has learnt again which messages call for a card"


def _names(recipe: Recipe) -> Iterator[str]:
    if recipe.names != file_hash(NAMES):
        yield "the names that questions are read with have changed"


def _calibration(recipe: Recipe) -> Iterator[str]:
    for name, now in calibrated().items():
        if (was := getattr(recipe, name)) != now:
            yield f"the {name} was {was} and is calibrated to {now} now"


def _weights(recipe: Recipe) -> Iterator[str]:
    now = weights_for(recipe.asked, recipe.passages, recipe.library)
    if dict(recipe.weights) != now:
        yield "the weights of the search have changed"


def _adapters(recipe: Recipe) -> Iterator[str]:
    if recipe.asked and recipe.files.get(ADAPTERS) != file_hash(LEARNT):
        learnt = load_adapters(LEARNT)
        if learnt.encoder == recipe.encoder_hash:
            yield "the adapters have been learnt again"


CHECKS: tuple[Callable[[Recipe], Iterator[str]], ...] = (
    _encoder, _tuning, _messages, _names, _calibration, _weights, _adapters,
)  # fmt: skip
