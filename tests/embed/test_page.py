"""The question page without JavaScript: plain HTTP against the real server."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from conftest import serving
from hosts import HOW

from assistant.ask import Assistant
from assistant.conversation import Conversation
from embed.asking import SITE, get, post, status
from ui.asked import Asked
from ui.bounds import LONGEST_QUESTION
from ui.embed import Place, page_html
from ui.inquiry import Inquiry, read_inquiry
from ui.server import build_app
from ui.settings import Settings


class Form(HTMLParser):
    """The fields that a browser would send back, and what stands on the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self.undo = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.undo = self.undo or (tag == "form" and values.get("id") == "undo")
        if tag == "input" and not self.undo:
            self.fields.append((values["name"], values["value"]))
        if tag == "button" and "name" in values:
            self.buttons.append((values["name"], values["value"]))

    def handle_endtag(self, tag: str) -> None:
        self.undo = self.undo and tag != "form"


@pytest.mark.parametrize("kind", ["embed", "ask"])
def test_a_conversation_goes_on_without_a_script(bones: str, kind: str) -> None:
    page = get(f"{bones}/{kind}")
    assert "For example" in page
    page = post(f"{bones}/{kind}", *Form(page).fields, ("question", HOW))
    assert "with a full glass of plain water" in page
    assert 'href="/source/taking-the-weekly-tablet#s' in page
    page = post(f"{bones}/{kind}", *Form(page).fields, ("question", "and with coffee?"))
    assert [v for n, v in Form(page).fields if n == "said"] == [HOW, "and with coffee?"]
    assert page.count('class="turn"') == 2
    assert page.index("full glass of plain water") < page.index("not with coffee, tea, milk")


def test_an_example_is_a_question_even_with_something_in_the_box(bones: str) -> None:
    name, value = Form(get(f"{bones}/embed?topic=both")).buttons[0]
    assert value == "Is HRT plus a bisphosphonate better than one alone?"
    page = post(f"{bones}/embed", ("question", "half a sen"), (name, value))
    assert ("said", value) in Form(page).fields
    assert "half a sen" not in page


def test_the_last_question_is_answered_again_with_another_country(bones: str) -> None:
    page = post(f"{bones}/embed", ("question", "I have chest pain"))
    assert "Choose your country" in page
    fields = [*Form(page).fields, ("again", "1"), ("country", "gb"), ("question", "")]
    page = post(f"{bones}/embed", *fields)
    assert 'href="tel:999"' in page
    assert "Choose your country" not in page
    assert '<option value="gb" selected>' in page
    assert page.count('class="turn"') == 1


def test_a_card_comes_before_the_quotes(bones: str) -> None:
    page = post(f"{bones}/embed", ("question", f"I have chest pain. {HOW}"))
    assert 0 < page.index('class="card emergency') < page.index("<blockquote")


def test_what_is_no_question_stays_in_the_box_with_its_reason(bones: str) -> None:
    long = "bone " * 200
    page = post(f"{bones}/embed", ("said", HOW), ("question", long))
    assert 'aria-describedby="hint problem" aria-invalid="true">bone bone' in page
    assert '<div id="problem">' in page
    assert Form(page).fields == [("said", HOW)]
    assert "There is no question" in post(f"{bones}/embed", ("question", "  "))


def test_who_asks_too_much_is_told_and_still_gets_a_card(assistant: Assistant) -> None:
    settings = Settings(chat=False, country="gb", ask_rate="1/minute")
    with serving(build_app(assistant, settings)) as address:
        post(f"{address}/embed", ("question", HOW))
        page = post(f"{address}/embed", ("said", HOW), ("question", "I have chest pain"))
        assert "You have asked many questions" in page
        assert 'class="card emergency' in page
        assert ">I have chest pain</textarea>" in page
        assert ("said", HOW) in Form(page).fields
        assert ("said", "I have chest pain") not in Form(page).fields
        assert "aria-invalid" not in page, "nothing is wrong with what was typed"
        assert 'id="problem"' not in page
        part = post(f"{address}/embed", ("question", HOW), ("part", "1"))
        assert 'data-status="busy"' in part
        long = post(f"{address}/embed", ("question", "bone " * 200))
        assert "aria-invalid" not in long, "it was not looked at"


def test_the_script_gets_the_newest_turn_alone(bones: str) -> None:
    part = post(f"{bones}/embed", ("said", HOW), ("question", "and with coffee?"), ("part", "1"))
    assert part.startswith('<article class="turn" id="newest" data-status="')
    assert part.count("<article") == 1


def test_a_message_taken_alone_stays_alone(bones: str) -> None:
    fields = (("said", HOW), ("question", "and for men?"), ("alone", "1"))
    assert ("said_alone", "and for men?") in Form(post(f"{bones}/embed", *fields)).fields


def test_what_was_carried_over_can_be_left_out(bones: str, assistant: Assistant) -> None:
    asked = (Asked(HOW), Asked("and for men?"))
    answer = assistant.ask(Conversation.of([a.text for a in asked]))
    place = Place("embed", Settings(), {}, "", "v")
    page = page_html(place, Inquiry(asked), [answer, replace(answer, carried=("alendronate",))])
    assert '<button form="undo">Read my last message' in page
    undo = page[page.index('<form id="undo"') :]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', undo)
    assert fields[:3] == [("said", HOW), ("question", "and for men?"), ("alone", "1")]
    again = post(f"{bones}/embed", *fields[: fields.index(("country", "")) + 1])
    assert "I read your last message by itself." in again


def test_a_conversation_from_outside_is_bounded() -> None:
    many = urlencode([("said", "x" * 3_000)] * 20 + [("question", "last")]).encode()
    inquiry = read_inquiry("", many)
    assert inquiry.asked[-1] == Asked("last")
    assert {len(asked.text) for asked in inquiry.asked[:-1]} == {LONGEST_QUESTION}
    few = read_inquiry("", urlencode([("said", str(n)) for n in range(20)]).encode())
    assert [asked.text for asked in few.asked] == ["14", "15", "16", "17", "18", "19", ""]


@pytest.mark.parametrize(
    ("query", "kept"),
    [("accent=005eb8", "005eb8"), ("accent=red", ""), ("accent=%22%3E", ""), ("", "")],
)
def test_only_a_colour_is_taken_for_one(query: str, kept: str) -> None:
    assert read_inquiry(query).accent == kept


def test_too_many_fields_are_refused_in_words(bones: str) -> None:
    fields = [("said", "x")] * 100
    assert status(lambda: post(f"{bones}/embed", *fields)) == 400


def test_hostile_text_is_shown_as_text(bones: str) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    page = post(f"{bones}/embed", ("said", evil), ("question", evil), ("country", evil))
    assert "<img" not in page
    assert page.count("<script") == 1  # our own


def test_the_look_has_a_readable_accent_and_may_be_kept(bones: str) -> None:
    sheets = {
        name: get(f"{bones}/embed/look.css?accent={name}") for name in ("005eb8", "ffee00", "x")
    }
    assert ":root{--accent:#005eb8}" in sheets["005eb8"]
    assert ":root{--accent:#0b5c6b}" in sheets["ffee00"]
    assert ":root{--accent:#0b5c6b}" in sheets["x"]


def test_every_address_of_a_page_is_on_its_own_server(bones: str) -> None:
    page = post(f"{bones}/embed", ("question", HOW))
    loaded = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', page)
    assert len(loaded) == 3
    assert all(url.startswith(("/", "data:,")) for url in loaded)


def test_headers_let_the_sites_frame_it_and_nobody_else(bones: str) -> None:
    with (
        urlopen(f"{bones}/embed", timeout=10) as framed,
        urlopen(f"{bones}/ask", timeout=10) as own,
    ):
        assert f"frame-ancestors {SITE}" in framed.headers["content-security-policy"]
        assert "x-frame-options" not in framed.headers
        assert "frame-ancestors 'none'" in own.headers["content-security-policy"]
        for response in (framed, own):
            assert "form-action 'self'" in response.headers["content-security-policy"]
            assert response.headers["cache-control"] == "no-store"
            assert "set-cookie" not in response.headers
