"""The questions that people ask, under the sentences that answer them."""

import re
from pathlib import Path

import pytest
import yaml

from corpus import DOCUMENTS, library_folders
from corpus.asked import asked_files, load_asked, load_beside
from corpus.check import checked
from corpus.document import Document
from corpus.read import read_documents
from index.words import stems


def test_every_question_stands_under_a_sentence_that_is_there(library: dict[str, Document]) -> None:
    asked = [q for d in library.values() for s in d.sentences for q in s.asked]
    assert len(asked) > 12_000
    held = sum(
        len(questions) for file in asked_files(DOCUMENTS) for questions in load_asked(file).values()
    )
    assert len(asked) >= held


def test_most_sentences_have_questions_in_words_of_their_own(library: dict[str, Document]) -> None:
    saying = [(d, s) for d in library.values() for s in d.sentences if not s.opens]
    assert sum(bool(s.asked) for _, s in saying) > 0.95 * len(saying)
    own = [
        len(set(stems(q)) & set(stems(d[s.span]))) <= len(set(stems(q))) / 2
        for d, s in saying
        for q in s.asked
    ]
    assert sum(own) > 0.6 * len(own)


def test_what_stands_beside_is_answered_by_nothing(library: dict[str, Document]) -> None:
    asked = {q for d in library.values() for s in d.sentences for q in s.asked}
    beside = [q for questions in load_beside(library_folders()).values() for q in questions]
    assert len(beside) > 2_500
    assert asked.isdisjoint(beside)


def test_a_sentence_has_questions_and_perhaps_some_beside_them(tmp_path: Path) -> None:
    (tmp_path / "asked").mkdir()
    one = {"sentence": "One.", "asked": ["a", "b"], "beside": ["c"]}
    file = tmp_path / "asked" / "one.yaml"
    file.write_text(yaml.safe_dump([one, {"sentence": "Two.", "asked": ["d"]}]))
    assert load_asked(file) == {"One.": ("a", "b"), "Two.": ("d",)}
    assert load_beside([tmp_path]) == {"One.": ("c",), "Two.": ()}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: b", "no list of sentences"),
        ("- sentence: One.\n  asked: [why]\n  beside: how", "is not 'sentence: ..., asked: [...]'"),
        ("- sentence: One.\n  asked: [why]\n  near: [a]", "is not 'sentence: ..., asked: [...]'"),
        ("- sentence: One.\n  asked: why", "is not 'sentence: ..., asked: [...]'"),
        ("- sentence: One.\n  asked: [why, '']", "no question of 1 to 300 characters"),
        ("- sentence: 'One", "not YAML in line 1"),
    ],
)
def test_a_broken_file_of_questions_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "asked").mkdir()
    (tmp_path / "asked" / "one.yaml").write_text(text)
    (tmp_path / "one.md").write_text("# One\n\nOne.\n")
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_documents(tmp_path)


def test_questions_whose_sentence_has_gone_are_an_error_of_the_check(tmp_path: Path) -> None:
    (tmp_path / "asked").mkdir()
    rows = [{"sentence": "One.", "asked": ["a"]}, {"sentence": "Gone.", "asked": ["b"]}]
    (tmp_path / "asked" / "one.yaml").write_text(yaml.safe_dump(rows))
    (tmp_path / "asked" / "two.yaml").write_text(yaml.safe_dump(rows))
    (tmp_path / "one.md").write_text("# One\n\nOne.\n")
    documents = read_documents(tmp_path)
    assert [s.asked for s in documents[0].sentences] == [("a",)]
    texts = [problem.text for problem in checked(documents, [tmp_path])]
    assert "no sentence 'Gone.', but asked/ has it" in texts
    assert "there is no document for asked/two.yaml" in texts
