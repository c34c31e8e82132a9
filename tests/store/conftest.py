"""An index on the disk: three documents, and the small model that embeds them."""

from pathlib import Path

import pytest
from small_models import small_model

from store.site import Site


@pytest.fixture(scope="package")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("model") / "small")


@pytest.fixture
def site(model: Path, tmp_path: Path) -> Site:
    made = Site(tmp_path / "documents", tmp_path / "index", model)
    made.documents.mkdir()
    made.write("splints", "# Splints\n\nA splint is worn at night.\n")
    made.write("tablets", "# Tablets\n\nTake the tablet once a week. Drink water.\n")
    made.write("walks", "# Walks\n\nWalk before you eat.\n")
    made.build()
    return made
