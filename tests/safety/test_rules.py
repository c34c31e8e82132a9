"""The rules: what a card may not say, a site's own file, and what staff see of them."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.cards.check import MOST_WORDS, problems
from assistant.screen import Screen, load_screen
from eval.safety import load_messages
from safety.cards import ids
from ui.__main__ import main as serve

TODAY = date(2026, 12, 1)


def site_file(folder: Path, text: str) -> Path:
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return file


# --- the check, and the site's own file ---------------------------------------------------------


def test_the_projects_own_cards_have_no_problem(screen: Screen) -> None:
    assert [problem.text for problem in problems(screen.rules, screen.packs, TODAY)] == []


CARD = """rules:
- id: X1
  name: a test
  level: soon
  text: {}
  source: somewhere
  date: 2026-11-26
  reviewer: none yet
  says: [<thigh> <hip pain>]
"""
GOOD = "Tell your doctor soon. This service cannot assess you."


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Tell your doctor. You have a clot. This service cannot assess you.", "what somebody has"),
        ("Tell your doctor. It is probably gas. This service cannot help.", "guess"),
        ("Tell your doctor, but do not worry. This service cannot help.", "reassure"),
        ("Tell your doctor. One in 10 % get it. This service cannot help.", "a chance"),
        ("Call now and stop taking it. This service cannot help.", "for the prescriber"),
        ("Call 999 now. This service cannot help.", "must come from the country's pack"),
        ("Call now! This service cannot help.", "shout"),
        ("This service cannot assess you. Call now.", "begin with what to do"),
        ("Tell your doctor soon.", "must say its limit"),
        (f"Tell your doctor. This service cannot help. {'Go on. ' * 30}", f"{MOST_WORDS} at most"),
        ("Contact the appropriate multidisciplinary practitioner. This service cannot diagnose "
         "complications.", "reading grade"),
        ("Call {ambulance} now. This service cannot help.", "no kind of number"),
    ],
)  # fmt: skip
def test_the_check_names_what_a_card_may_not_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    file = site_file(tmp_path, CARD.format(f"'{text}'"))
    assert main(["cards", "check", "--cards", str(file)]) == 1
    out = capsys.readouterr().out
    assert "mine.yaml:2: X1: " in out
    assert complaint in out


def test_a_site_adds_rewords_and_switches_off(tmp_path: Path) -> None:
    more = """- id: R08
  text: Tell a dentist soon. This service cannot assess you.
  reviewer: Dr B
- {id: R17, off: yes}
- {id: R02, off: yes}
words:
  thigh: [drumstick]
"""
    mine = load_screen(site_file(tmp_path, CARD.format(GOOD) + more), "")
    assert {"R09", "X1"} <= set(ids(mine, "my drumstick is so sore"))
    card = mine.cards(["my jaw hurts"])[0]
    assert (card.text, card.reviewed) == (
        "Tell a dentist soon. This service cannot assess you.",
        "Dr B",
    )
    assert ids(mine, "lump in my breast") == []
    assert mine.cards(["my calf is hot"])[0].question == ""  # a yes would have called for R02


def test_a_site_file_is_named_by_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONEWISE_CARDS", str(site_file(tmp_path, "rules: [{id: R17, off: yes}]")))
    monkeypatch.setenv("BONEWISE_COUNTRY", "nz")
    mine = load_screen()
    assert ids(mine, "lump in my breast") == []
    assert mine.cards(["chest pain"])[0].text.startswith("Call 111 now.")


BAD = [
    pytest.param("rules:\n- {id: R99, off: yes}", ":2: there is no rule 'R99'", id="unknown rule"),
    pytest.param("rules:\n- {id: R08, levle: soon}", ":2: unknown 'levle'", id="misspelt field"),
    pytest.param("rules:\n- {id: R08, level: red}", ":2: unknown level 'red'", id="unknown level"),
    pytest.param("rules:\n- {id: R08, says: [<jow>]}", ":2: there is no class", id="unknown class"),
    pytest.param("rules:\n- id: R08\n  says: [a\n- id: X", ":4: ", id="broken YAML"),
    pytest.param("rules: 7", ":1: 'rules' must be a list", id="no list"),
    pytest.param(
        "rules:\n- {id: R08, ask: {question: Why?, yes: R99}}",
        "which does not exist",
        id="yes to what",
    ),
    pytest.param("rules:\n- {id: R08}\n- {id: R08}", ":3: the rule R08 stands", id="twice"),
    pytest.param("rules:\n- {id: R08, id: R09}", ":2: 'id' stands here twice", id="key twice"),
    pytest.param("rulez: []", ":1: unknown 'rulez'", id="unknown part"),
    pytest.param("- a", ":1: it must hold names and values", id="a list"),
    pytest.param("words: {thigh: []}", "'thigh' has no words", id="no words"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "complaint"), BAD)
def test_a_bad_file_stops_the_start_and_says_which_line(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=r"mine\.yaml") as raised:
        load_screen(site_file(tmp_path, text), "")
    assert complaint in str(raised.value)


def test_the_server_does_not_start_with_bad_cards_or_an_unknown_country(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONEWISE_CARDS", str(site_file(tmp_path, "rules:\n- {id: R99, off: yes}")))
    assert serve(["--index", str(built), "--port", "0"]) == 2
    assert "mine.yaml:2: there is no rule 'R99'" in capsys.readouterr().err
    monkeypatch.delenv("BONEWISE_CARDS")
    monkeypatch.setenv("BONEWISE_COUNTRY", "atlantis")
    assert serve(["--index", str(built), "--port", "0"]) == 2
    assert "country 'atlantis'" in capsys.readouterr().err


# --- the command line ---------------------------------------------------------------------------


def test_staff_can_see_why_a_card_comes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cards", "try", "my calf is swollen, no chest pain", "--country", "gb"]) == 0
    out = capsys.readouterr().out
    assert "! URGENT: Get medical help today from NHS 111." in out
    assert "R04 urgent: <one leg> <swollen>" in out
    assert "R02 not: <chest> <chest feeling> (denied)" in out


def test_every_rule_is_listed(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cards", "list"]) == 0
    out = capsys.readouterr().out
    assert {f"R{n:02}" for n in range(1, 27)} | {"P1", "P2", "P3", "P4"} == {
        rule.id for rule in screen.rules.rules
    }
    assert all(rule.where in out for rule in screen.rules.rules)


def test_cards_is_also_the_beginning_of_a_question(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cards", "for", "bones?", "--index", str(built)]) == 0
    assert capsys.readouterr().out


def test_every_rule_is_measured_on_enough_messages_of_each_kind(screen: Screen) -> None:
    counts = Counter((message.about or message.rule, message.kind) for message in load_messages())
    for rule in screen.rules.rules:
        quiet = counts[rule.id, "negated"] + counts[rule.id, "historical"]
        assert min(counts[rule.id, "positive"], quiet, counts[rule.id, "informational"]) >= 10
