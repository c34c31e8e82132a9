"""The widget's loader as it is served and pinned: version, bytes, integrity.

A version's bytes never change: `widget/releases.json` has the hash of each, and a loader that no
longer fits its own version is refused. To release one: copy loader.js to ``older/VERSION.js``,
raise VERSION in loader.js, add its hash (``python -m ui snippet`` says it).
"""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha384
from pathlib import Path

FOLDER = Path(__file__).parent / "widget"
VERSION = re.compile(r'const VERSION = "(\d+\.\d+\.\d+)"')


@dataclass(frozen=True, slots=True)
class Loader:
    """One release of the loader."""

    version: str
    script: bytes

    @property
    def integrity(self) -> str:
        """What a tag pins it with."""
        return integrity(self.script)

    @property
    def path(self) -> str:
        """Where it stands for ever."""
        return f"/widget/v{self.version}/loader.js"

    @property
    def evergreen(self) -> str:
        """Where the newest of its major version stands."""
        return f"/widget/v{self.version.split('.')[0]}/loader.js"


def integrity(script: bytes) -> str:
    """The hash of a script, as an integrity attribute has it."""
    return f"sha384-{b64encode(sha384(script).digest()).decode()}"


@cache
def load_loader() -> Loader:
    """The newest loader; ValueError if its bytes are not those that were released."""
    script = (FOLDER / "loader.js").read_bytes()
    version = VERSION.search(script.decode())
    loader = Loader(version[1] if version else "", script)
    released = json.loads((FOLDER / "releases.json").read_text(encoding="utf-8"))
    if released.get(loader.version) != loader.integrity:
        raise ValueError(
            f"loader.js calls itself {loader.version!r} and its hash is {loader.integrity}, but "
            f"releases.json has {released.get(loader.version)}; raise VERSION and add the new hash"
        )
    return loader


def served(version: str) -> tuple[bytes, bool] | None:
    """The loader under ``/widget/VERSION/``, and whether that address is for ever."""
    newest = load_loader()
    if version == newest.evergreen.split("/")[2]:
        return newest.script, False
    if version == f"v{newest.version}":
        return newest.script, True
    if re.fullmatch(r"v\d+\.\d+\.\d+", version):
        older = FOLDER / "older" / f"{version[1:]}.js"
        return (older.read_bytes(), True) if older.is_file() else None
    return None
