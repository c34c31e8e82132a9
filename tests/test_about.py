"""Small talk, questions about the assistant itself, and people who write another language."""

import pytest

from assistant.about import load_replies, reply_to
from assistant.ask import Assistant
from assistant.language import foreign, load_languages
from assistant.preferences import Preferences
from assistant.reply import reply
from corpus import DOCUMENTS
from corpus.asked import asked_files, load_asked
from corpus.grade import text_grade


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Hello!", "hello"),
        ("good morning bonewise", "hello"),
        ("thanks, that's helpful", "thanks"),
        ("Thank you so much", "thanks"),
        ("who made this?", "who"),
        ("Are you a real doctor?", "doctor"),
        ("am I talking to a person or a bot", "doctor"),
        ("How private is this?", "private"),
        ("do you keep what I type?", "private"),
        ("What can you do?", "can"),
        ("where do you get your information from", "sources"),
        ("can I trust this?", "sources"),
        ("cheers love, you've been very helpful", "thanks"),
        ("no thanks", "thanks"),
        ("I don't understand", "unclear"),
        ("can you say that again in plain english?", "unclear"),
        ("that didn't answer my question", "unclear"),
        ("thanks thats really helpful", "thanks"),
        ("ok bye", "thanks"),
        ("no", "no"),
        ("thank you so much, bye", "thanks"),
        ("this is useless you never answer my question", "complaint"),
        ("you don't listen", "complaint"),
        ("ok I see", "seen"),
        ("that makes sense, thanks", "seen"),
        ("never mind", "seen"),
        ("hang on", "seen"),
        ("in simple words please", "unclear"),
        ("can I speak to someone?", "doctor"),
    ],
)
def test_small_talk_gets_a_fixed_reply_and_no_quote(
    assistant: Assistant, message: str, kind: str
) -> None:
    found = reply_to(message, assistant.replies)
    assert found is not None
    assert found.id == kind
    answer = reply(assistant, [message])
    assert (answer.status, answer.message, answer.citations) == ("about", found.text, ())


@pytest.mark.parametrize(
    "message",
    [
        "hello, how do I take alendronate?",
        "is alendronate safe to use",
        "what is osteoporosis",
        "thanks but does it hurt the jaw",
        "who should not take risedronate",
        "can I trust the bone density result",
        "help me understand my T-score",
        "i dont understand my scan result",
        "what does it mean for my bones",
        "it is useless to take calcium",
        "thanks and how do I take it",
        "is alendronate useless",
        "hopeless",
        "it's not helping",
        "it is really annoying",
        "Thanks, but what can I do about this?",
        "ok thanks, how does it work?",
        "Great, is it safe to use?",
        "it is pointless",
        "its no use",
        "can't help myself",
        "does it matter",
        "what does that mean",
        "I see double since the drip",
        "can I speak to my doctor about a scan",
        "how long do I wait",
    ],
)
def test_a_question_with_a_greeting_in_it_is_a_question(message: str) -> None:
    assert reply_to(message, load_replies()) is None


def test_small_talk_in_two_parts_gets_both_replies() -> None:
    replies = {one.id: one.text for one in load_replies()}
    both = reply_to("who made you and are you a doctor", load_replies())
    assert both is not None
    assert both.text == f"{replies['who']} {replies['doctor']}"
    same = reply_to("thanks, bye", load_replies())
    assert same is not None
    assert same.text == replies["thanks"]
    assert reply_to("hello. thanks. who are you. is it private", load_replies()) is None


def test_an_emergency_in_small_talk_still_gets_its_card(assistant: Assistant) -> None:
    answer = reply(assistant, ["I have crushing chest pain", "hello?"], Preferences(country="gb"))
    assert answer.status == "about"
    first = reply(assistant, ["hello", "I have crushing chest pain"], Preferences(country="gb"))
    assert [card.level for card in first.cards][:1] == ["emergency"]


def test_who_does_not_understand_gets_no_card_for_it(assistant: Assistant) -> None:
    """In few words that say nothing, the second look sees a crisis."""
    assert assistant.screen.cards(["I don't understand"])
    assert not reply(assistant, ["I don't understand"]).cards
    assert not reply(assistant, ["I have crushing chest pain", "I don't get it"]).cards


def test_the_fixed_replies_are_easy_to_read() -> None:
    for found in load_replies():
        assert text_grade(found.text) <= 8, found.id


def test_of_ten_thousand_english_questions_at_most_one_is_taken_for_another_language() -> None:
    files = asked_files(DOCUMENTS)
    asked = [text for file in files for texts in load_asked(file).values() for text in texts[::5]]
    assert len([text for text in asked if foreign(text)]) <= len(asked) / 10_000


LANGUAGES = [
    ("¿Cómo tomo el alendronato para los huesos?", "es"),
    ("Wie nehme ich Alendronat richtig ein?", "de"),
    ("双膦酸盐吃多久可以停药？", "zh"),
    ("Como devo tomar o alendronato para os ossos?", "pt"),
    ("Comment prendre l'alendronate pour mes os ?", "fr"),
    ("Is dit medicijn tegen botontkalking slecht voor mijn kaak?", "nl"),
    ("كيف أتناول دواء هشاشة العظام؟", "ar"),
    ("हड्डियों की दवा कैसे लें?", "hi"),
]


@pytest.mark.parametrize(("message", "code"), LANGUAGES)
def test_another_language_is_answered_in_that_language_with_the_emergency_number(
    assistant: Assistant, message: str, code: str
) -> None:
    answer = reply(assistant, [message], Preferences(country="gb"))
    assert (answer.status, answer.language) == ("unreadable", code)
    assert "999" in answer.message
    assert load_languages()[code].text in answer.message


def test_what_is_said_in_each_language_is_in_that_language() -> None:
    languages = load_languages()
    assert len(languages) >= 20
    for code, language in languages.items():
        found = foreign(language.text)
        assert found is not None
        assert found.code == code
        assert language.local in language.says("")
        assert "999" in language.says("999")


@pytest.mark.parametrize(
    "message",
    [
        "is hrt safe",
        "do i fast",
        "alendronate and vitamin D3 dose interval",
        "RANKL denosumab OPG",
        "alendronate plus vitamin D",
    ],
)
def test_short_english_is_taken_for_english(message: str) -> None:
    assert foreign(message) is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Alendronat Nebenwirkungen Magen", "de"),
        ("Prolia efectos secundarios", "es"),
        ("Prolia effets secondaires", "fr"),
        ("bijwerkingen Fosamax", "nl"),
        ("thuốc loãng xương", "vi"),
        ("kemik erimesi nedir", "tr"),
        ("Hola, tomo alendronato", "es"),
        ("Was ist Osteoporose?", "de"),
        ("o que é osteoporose", "pt"),
        ("Nebenwirkungen?", "de"),
    ],
)
def test_a_medicine_in_another_language_is_no_english(message: str, code: str) -> None:
    found = foreign(message)
    assert found is not None
    assert found.code == code
