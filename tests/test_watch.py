"""A service looks at its index folder: what comes while it starts, and what fails once."""

import shutil
from pathlib import Path

import pytest
from test_service import swap

from assistant.ask import Assistant
from ui.service import Service
from ui.settings import Settings
from ui.watch import Builds, Watch


def builds_of(copied: Path) -> Builds:
    index = copied / "index"
    return Builds(index, lambda: Assistant.load(index, country=""))


def test_a_build_that_comes_while_the_service_starts_is_taken_up(copied: Path) -> None:
    index, builds = copied / "index", builds_of(copied)
    began = builds.open()
    name = swap(index)  # after it was loaded, before anybody looks
    service = Service(began.assistant, Settings())
    watch = Watch(builds, service, began.named)
    assert watch.build != name, "what answers is the old one"
    watch.look()
    assert (watch.build, watch.state) == (name, "current")
    assert service.loaded is not began.assistant
    now = service.loaded
    watch.look()
    assert service.loaded is now, "it is loaded once"


def test_a_build_that_failed_is_tried_again_after_a_pause(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index, builds = copied / "index", builds_of(copied)
    began = builds.open()
    patient, hasty = (
        Watch(builds, Service(began.assistant, Settings()), began.named, again=again)
        for again in (3600.0, 0.0)
    )
    name = swap(index)
    shutil.move(index / name / "recipe.json", copied / "aside.json")
    for watch in (patient, hasty):
        watch.look()
        assert (watch.state, watch.build) == ("failed", began.named.split()[0])
    assert f"still answering from {patient.build}" in capsys.readouterr().err
    shutil.move(copied / "aside.json", index / name / "recipe.json")
    for watch in (patient, hasty):
        watch.look()
    assert patient.state == "failed", "its pause is not over"
    assert (hasty.state, hasty.build) == ("current", name)
    (index / "CURRENT").write_text(began.named)
    patient.look()
    assert (patient.state, patient.build) == ("current", began.named.split()[0])


def test_the_second_look_goes_on_after_its_build_is_gone(copied: Path) -> None:
    index, builds = copied / "index", builds_of(copied)
    messages = "i am going to jump", "How do I take alendronate?"
    began, late = builds.open(), builds.open()
    services = [Service(opened.assistant, Settings()) for opened in (began, late)]
    Watch(builds, services[0], began.named).open_all()
    shutil.rmtree(index / began.named.split()[0])
    opened, unopened = (
        [bool(s.serve((text,)).answer.cards) for text in messages] for s in services
    )
    assert opened == [True, False]
    assert unopened == [False, False], "this one has the words alone"
