"""What a person sees of the cards: in turn, with a country's numbers, on the page."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.ask import Assistant, restrained
from assistant.card import Phone, SafetyCard
from assistant.cards.check import problems
from assistant.cards.pack import FOLDER as LOCALES
from assistant.cards.pack import load_packs
from assistant.conversation import Conversation
from assistant.preferences import Preferences
from assistant.reply import reply
from assistant.screen import Screen, load_screen
from assistant.terminal import card_lines
from safety.cards import ids
from ui.markdown import takeaway_markdown
from ui.render import answer_html

# --- a conversation -----------------------------------------------------------------------------


def test_what_is_said_adds_up_over_turns(screen: Screen) -> None:
    assert ids(screen, "my hip aches a bit") == []
    assert ids(screen, "I take Fosamax", "my hip aches a bit") == ["R09"]
    assert ids(screen, "mum fell in the kitchen") == []
    assert ids(screen, "mum fell in the kitchen", "she says her hip hurts") == ["R10"]


def test_a_card_comes_once_and_again_only_if_it_gets_worse(screen: Screen) -> None:
    assert ids(screen, "my jaw hurts", "my jaw hurts") == []
    worse = screen.cards(["my jaw hurts", "and I have a fever, the jaw is swollen"])
    assert [(card.id, card.level) for card in worse] == [("R08", "urgent")]
    first = screen.cards(["my jaw hurts"])
    assert [(card.id, card.level) for card in first] == [("R08", "soon")]


def test_a_pressing_card_comes_whenever_it_is_called_for(screen: Screen) -> None:
    """Nobody has to look back for it; what was only said before calls for it no more."""
    assert ids(screen, "I have chest pain", "i still have the chest pain") == ["R02"]
    assert ids(screen, "my calf is hot and swollen", "the calf is more swollen now") == ["R04"]
    assert ids(screen, "I have chest pain", "how do I take alendronate") == []
    assert ids(screen, "should I stop alendronate", "should I stop alendronate") == []
    eye = "my eye is red and painful"
    assert [card.level for card in screen.cards([eye, "yes"])] == ["emergency"]
    assert [card.level for card in screen.cards([eye, "yes", eye])] == ["emergency"]  # not less


@pytest.mark.parametrize("answer", ["yes", "Yeah a bit", "yep", "I do", "yes, and it is scary"])
def test_yes_to_the_question_of_a_card_counts(screen: Screen, answer: str) -> None:
    offered = screen.cards(["my calf is hot and swollen"])
    assert "breathing" in offered[0].question
    assert ids(screen, "my calf is hot and swollen", answer) == ["R02"]
    raised = screen.cards(["my jaw hurts", answer])
    assert [(card.id, card.level) for card in raised] == [("R08", "urgent")]


def test_yes_to_nothing_and_no_are_nothing(screen: Screen) -> None:
    assert ids(screen, "yes") == []
    assert ids(screen, "my calf is hot and swollen", "no") == []
    assert ids(screen, "my calf is hot and swollen", "thanks", "yes") == []


def test_the_answer_follows_the_cards(assistant: Assistant) -> None:
    answer = assistant.ask(
        Conversation.of(["I have chest pain. Can I crush the alendronate tablet?"])
    )
    assert [card.id for card in answer.cards] == ["R02"]
    assert answer.status == "answered"


def test_beside_a_card_that_calls_for_help_at_once_no_question_is_offered(
    assistant: Assistant,
) -> None:
    asked = "Can I crush the alendronate tablet?"
    calm, acute = Conversation.of([asked]), Conversation.of([f"I have chest pain. {asked}"])
    assert assistant.ask(calm).suggestions
    assert not assistant.ask(acute).suggestions
    second = Conversation.of([*acute.messages, "the second one"])
    assert assistant.ask(second).question.startswith("the second one")  # of none


def test_beside_a_card_that_calls_for_help_at_once_nothing_unsure_is_shown(
    assistant: Assistant,
) -> None:
    found = assistant.ask(Conversation.of(["Can I crush the alendronate tablet?"]))
    assert restrained(found).citations == found.citations
    unsure = restrained(replace(found, status="closest"))
    assert (unsure.status, unsure.citations, unsure.note) == ("not_found", (), "")


@pytest.mark.parametrize("filler", ["x" * 3000, "bone " * 1000])
def test_a_question_that_is_refused_still_gets_its_card(assistant: Assistant, filler: str) -> None:
    answer = reply(assistant, [f"I have chest pain. {filler}"])
    assert (answer.status, answer.cards[0].id) == ("unreadable", "R02")


# --- phone numbers ------------------------------------------------------------------------------


def test_numbers_come_from_the_country_that_was_chosen() -> None:
    british = load_screen(country="gb")
    assert british.cards(["chest pain"])[0].text.startswith("Call 999 now.")
    assert british.cards(["chest pain"], "us")[0].text.startswith("Call 911 now.")
    assert Phone("Samaritans", "116 123") in british.cards(["i want to die"])[0].phones
    with pytest.raises(ValueError, match="country 'xx'"):
        british.cards(["chest pain"], "xx")


def test_without_a_country_no_number_is_shown(screen: Screen) -> None:
    for message in ("chest pain", "i want to die", "my calf is swollen", "i took two by mistake"):
        for card in screen.cards([message]):
            assert not card.phones
            assert not any(character.isdigit() for character in card.text)


def test_every_country_has_every_kind_of_help_with_its_source() -> None:
    packs = load_packs()
    assert set(packs) == {"gb", "us", "ca", "ie", "au", "nz", "eu", "neutral"}
    for pack in packs.values():
        for line in pack.lines:
            assert line.source
            assert date.fromisoformat(line.date) <= pack.checked


def test_old_numbers_are_a_problem_and_a_warning(screen: Screen) -> None:
    year, later = date(2027, 11, 26), date(2027, 11, 27)
    assert not list(problems(screen.rules, screen.packs, year))
    assert len(list(problems(screen.rules, screen.packs, later))) == len(screen.packs)
    assert "last checked" in screen.cards(["chest pain"], "gb", later)[0].warning
    assert not screen.cards(["chest pain"], "gb", year)[0].warning


def test_a_folder_without_a_pack_or_with_a_broken_one_is_refused(tmp_path: Path) -> None:
    shutil.copytree(LOCALES, tmp_path / "packs")
    pack = tmp_path / "packs" / "gb.yaml"
    pack.write_text(pack.read_text().replace('number: "999"', "number: none"))
    with pytest.raises(ValueError, match=r"gb.yaml:5: 'none' is no phone number"):
        load_packs(tmp_path / "packs")
    pack.unlink()
    (tmp_path / "packs" / "neutral.yaml").unlink()
    with pytest.raises(ValueError, match=r"no neutral.yaml"):
        load_packs(tmp_path / "packs")


# --- how a card is shown ------------------------------------------------------------------------


def test_a_card_shows_its_numbers_as_links_its_source_and_that_it_is_a_draft(
    assistant: Assistant,
) -> None:
    answer = assistant.ask(Conversation.of(["i want to die"]), Preferences(country="gb"))
    html = str(answer_html(answer))
    assert 'Samaritans on <a href="tel:116123">116 123</a>' in html
    assert 'Call <a href="tel:999">999</a>' in html
    assert '<a href="tel:18000">18000</a>' in html
    assert "Draft, not clinically reviewed." in html
    assert answer.cards[0].source in html


def test_a_cards_words_are_escaped() -> None:
    phone = Phone("<b>", '1<2"')
    card = SafetyCard("X", "soon", '<i>call 1<2" now', "<s>", phones=(phone,), question="<u>?")
    html = str(answer_html(Answer("", "answered", cards=(card,))))
    assert not any(tag in html for tag in ("<i>", "<b>", "<s>", "<u>"))
    assert 'href="tel:12"' in html


def test_a_card_that_a_clinician_has_reviewed_is_no_draft() -> None:
    own = SafetyCard("X", "soon", "Tell your doctor.", "NHS", date="2026-11-01")
    reviewed = replace(own, reviewed="Dr A. Name, 2027-01-15")
    for card, draft in ((own, True), (replace(own, reviewed="None"), True), (reviewed, False)):
        html = str(answer_html(Answer("", "answered", cards=(card,))))
        saved = takeaway_markdown([("", Answer("", "answered", cards=(card,)))], "Bonewise")
        lines = " ".join(" ".join(card_lines(card)).split())
        for text in (html, lines, saved):
            assert ("Draft, not clinically reviewed." in text) == draft
            assert ("Reviewed by a clinician: none yet." in text) == draft
            assert ("Reviewed by a clinician: Dr A. Name, 2027-01-15." in text) != draft


def test_a_sites_own_reviewer_ends_the_draft(tmp_path: Path) -> None:
    site = tmp_path / "cards.yaml"
    site.write_text("rules:\n- id: R02\n  reviewer: Dr A. Name\n")
    (card,) = load_screen(site, "gb").cards(["I have chest pain"])
    assert not card.draft
    assert all(other.draft for other in load_screen(country="gb").cards(["I have chest pain"]))
