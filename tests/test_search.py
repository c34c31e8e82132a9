"""What is found, and why: every view of a search, and all that is done to the question first."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus import DOCUMENTS
from index.adapter import LEARNT, Adapter, adapters_for, load_adapters
from index.build import build_index
from index.export import load_model
from index.layout import place
from index.load import load_index
from index.ranked import BEFORE
from index.reading import Reading
from index.search import Index
from index.spelling import Speller, save_spelling
from index.weights import ANSWERS, CHAPTERS, WITH_QUESTIONS, weights_for
from index.words import WordIndex, save_words, stems


@pytest.fixture(scope="session")
def index(built: Path) -> Index:
    return load_index(built)


# --- searching ----------------------------------------------------------------------------------


def test_results_are_ranked_and_bounded(index: Index) -> None:
    found = index.search("how is the weekly tablet taken", limit=7)
    assert [result.rank for result in found] == list(range(1, 8))
    scores = [result.score for result in found]
    assert scores == sorted(scores, reverse=True)
    for result in found:
        assert result.score == pytest.approx(sum(part for _, part in result.parts), abs=1e-5)
        assert result.score == result.sentences[0].score
        assert {r.sentence for r in result.sentences} == set(result.passage.sentences)


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_finds_nothing(index: Index, question: str) -> None:
    assert index.search(question) == []
    assert index.search("alendronate", limit=0) == []


@pytest.mark.parametrize("question", ["zzz qqq", "?", "😀", "a" * 5000, "骨质疏松", "and the of"])
def test_any_text_can_be_searched_for(index: Index, question: str) -> None:
    assert len(index.search(question)) <= 10


def test_the_best_sentence_is_found_wherever_it_stands(index: Index) -> None:
    """Asked for word for word, a sentence is among the first five; others may say the same."""
    prose = [p for p in index.passages if p.sentences[-1].kind == "paragraph"]
    found = []
    for passage in prose[::9]:
        sentence = passage.sentences[-1]
        results = index.search(passage.document[sentence.span])[:5]
        found.append(sentence in [r.sentence for result in results for r in result.sentences])
    assert np.mean(found) > 0.95


def test_exported_vectors_are_the_models_own(index: Index) -> None:
    texts = [passage.searchable for passage in index.passages[::10]]
    wanted = np.asarray(load_model().encode(texts, normalize_embeddings=True))
    found = index.encoder.encode(texts)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    assert float((found * wanted).sum(axis=1).mean()) > 0.99


def shares(words: WordIndex, *readings: Reading) -> np.ndarray:
    return words.shares_of(words.weighed(readings), np.arange(3))


def test_word_scores_are_shares_that_unknown_words_lower(tmp_path: Path) -> None:
    save_words(["T-score of the hip", "weekly tablet", ""], tmp_path)
    words = WordIndex.load(tmp_path)
    known, unknown = (shares(words, Reading(t, 1.0)) for t in ("t-score", "t-score price"))
    assert 0 < unknown[0] < known[0] < 1
    assert known[1] == known[2] == 0
    half = shares(words, Reading("t-score", 0.5), Reading("tablet", 0.5))
    assert half[0] == pytest.approx(known[0] / 2)
    assert words.best(words.weighed([Reading("tablet price", 1.0)]), 10).tolist() == [1]
    assert stems("T-scores") == ["t-score", "score"]


def test_a_sentence_is_found_by_a_question_that_it_is_known_to_answer(built: Path) -> None:
    """Asked in the very words, a sentence with that question comes first; others may say the
    same, and a general question stands under two."""
    index = load_index(built, asked=True)
    asked = [q for p in index.passages[::40] for s in p.sentences for q in s.asked]
    assert len(asked) > 100
    first = [index.search(question)[0].sentences[0].sentence for question in asked]
    assert np.mean([q in sentence.asked for q, sentence in zip(asked, first, strict=True)]) > 0.8


def test_questions_of_the_library_are_found_in_other_words(index: Index) -> None:
    """None of these content words stand in the sentence that answers."""
    found = index.search("i fancy a brew with my pill, allowed?")
    texts = [r.sentences[0].sentence for r in found[:3]]
    documents = [r.passage.document for r in found[:3]]
    shown = [d[s.span] for d, s in zip(documents, texts, strict=True)]
    assert any(word in text for word in ("drink", "coffee", "tea") for text in shown), shown


def test_views_are_weighed_by_their_names(index: Index) -> None:
    """In whatever order the recipe has them."""
    weights = dict(reversed(index.recipe.weights.items()))
    turned = replace(index, recipe=replace(index.recipe, weights=weights))
    question = "how much water with alendronate"
    found, same = index.search(question), turned.search(question)
    assert [f.passage.id for f in found] == [f.passage.id for f in same]
    assert dict(found[0].parts) == pytest.approx(dict(same[0].parts))


def test_several_readings_meet_in_the_middle(index: Index) -> None:
    alone = index.search("how often is it taken")
    both = index.search([Reading("how often is it taken", 0.5), Reading("denosumab", 0.5)])
    assert "denosumab" not in alone[0].passage.searchable.lower()
    assert "denosumab" in both[0].passage.searchable.lower()


# --- libraries without questions ----------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A few documents, without the questions that are written for them."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "documents").mkdir()
    for name in ("vitamin-d", "calcium", "raloxifene", "missed-doses", "preventing-falls"):
        shutil.copy(DOCUMENTS / f"{name}.md", folder / "documents")
    shutil.copy(DOCUMENTS.parent / "references.json", folder)
    build_index([folder / "documents"], folder / "index")
    return load_index(folder / "index")


def test_a_document_without_questions_is_found_beside_others(plain: Index, index: Index) -> None:
    """A sentence that nobody has written questions for is not at a disadvantage."""
    assert len(plain.asked_vectors) == 0
    for question in ("how much vitamin d do i need", "can you take too much vitamin d"):
        with_questions, without = index.search(question)[0], plain.search(question)[0]
        assert without.score > 0.75 * with_questions.score


def test_where_each_document_is_an_answer_titles_are_searched_by_their_words(
    plain: Index,
) -> None:
    assert plain.recipe.weights == CHAPTERS
    answers = replace(plain, recipe=replace(plain.recipe, weights=ANSWERS))
    found = answers.search("raloxifene")
    parts = [dict(result.parts)["place words"] for result in found]
    titled = ["raloxifene" in place(result.passage).lower() for result in found]
    assert found[0].passage.document.id == "raloxifene"
    assert min(p for p, there in zip(parts, titled, strict=True) if there) > 0
    assert all(p == 0 for p, there in zip(parts, titled, strict=True) if not there)


def test_the_weights_are_those_of_what_a_library_holds() -> None:
    assert weights_for(asked=1, passages=1, documents=1) == WITH_QUESTIONS
    assert weights_for(asked=0, passages=10, documents=2) == ANSWERS
    assert weights_for(asked=0, passages=11, documents=2) == CHAPTERS
    for weights in (WITH_QUESTIONS, ANSWERS, CHAPTERS):
        assert list(weights) == list(WITH_QUESTIONS)
        later = (*BEFORE, "feedback")  # what not every question has
        added = sum(weight for name, weight in weights.items() if name not in later)
        assert added == pytest.approx(1)


def test_without_questions_what_is_found_first_says_what_else_is_meant(plain: Index) -> None:
    """Feedback takes from what is far from the rest, and adds nothing to any."""
    question = "what helps against falling at home"
    found, without = plain.search(question), plain.without(["feedback"]).search(question)
    fed = [dict(result.parts)["feedback"] for result in found]
    assert max(fed) == pytest.approx(0, abs=1e-6)
    assert min(fed) < -0.01
    first = {r.passage.id: r.score for r in without}
    assert all(r.score <= first[r.passage.id] + 1e-5 for r in found if r.passage.id in first)
    for result in found:
        assert result.score == pytest.approx(sum(part for _, part in result.parts), abs=1e-5)


# --- adapters -----------------------------------------------------------------------------------


def test_an_adapter_keeps_length_and_one_of_rank_zero_changes_nothing() -> None:
    vectors = np.eye(4, 8, dtype=np.float32)
    random = np.random.default_rng(1)
    turned = Adapter(
        random.normal(size=(8, 2)).astype(np.float32), random.normal(size=(2, 8)).astype(np.float32)
    ).turned(vectors)
    assert np.linalg.norm(turned, axis=1) == pytest.approx(np.ones(4), abs=1e-6)
    assert not np.allclose(turned, vectors)
    assert np.array_equal(adapters_for("unknown", 8).sentence.turned(vectors), vectors)


def test_the_learnt_adapters_belong_to_the_encoder_of_the_index(index: Index) -> None:
    learnt = load_adapters(LEARNT)
    assert learnt.encoder == index.recipe.encoder_hash
    assert index.adapters.same_as(learnt)


def test_a_file_that_holds_no_adapters_is_named(tmp_path: Path) -> None:
    (tmp_path / "adapters.npz").write_text("nothing")
    with pytest.raises(ValueError, match=r"adapters.npz holds no adapters; learn them: python -m"):
        load_adapters(tmp_path / "adapters.npz")


# --- spelling -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def speller(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    file = tmp_path_factory.mktemp("speller") / "spelling.json"
    said = ["Take the tablet before breakfast.", "A broken hip heals.", "tablets on a tray"]
    said += ["hypokalemia of premenopausal women and of statins"]
    asked = ["brekfast tablit", "is the hip rotten", *["a hip xray"] * 9, *["tabblet"] * 5]
    save_spelling([*said, *["tablet"] * 9], asked, file)
    assert "tablet" in json.loads(file.read_text())
    return Speller.load(file)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tabelt befor brekfast", "tablet before breakfast"),
        ("a brokne hip", "a broken hip"),
        ("my bloke can't whistle", "my bloke can't whistle"),
        ("they'd've gone, that's all", "they'd've gone, that's all"),
        ("fosomax tabelts", "fosomax tablets"),
        ("zzzzqqq 12mg ☃", "zzzzqqq 12mg ☃"),
        ("wot shud i do alot", "what should i do a lot"),
        ("shouldnt i, 6 mths on", "shouldn't i, 6 months on"),
        ("avascular atraumatic", "avascular atraumatic"),
        ("xray before a tabblet", "xray before a tablet"),
        ("hyperkalemia, perimenopausal", "hyperkalemia, perimenopausal"),
        ("hypokalmia", "hypokalemia"),
        ("a statin app", "a statin app"),
    ],
    ids=[
        "slips",
        "swapped",
        "English words",
        "apostrophes",
        "spared names",
        "no words",
        "short",
        "not left out",
        "a- for without",
        "often asked",
        "opposites",
        "a slip behind how it begins",
        "what films don't say",
    ],
)
def test_misspelt_words_become_the_librarys(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repaired(typed, {"fosomax"}) == meant


def test_a_long_message_of_nonsense_takes_a_bounded_time(speller: Speller) -> None:
    nonsense = " ".join(f"qzx{'abcdefghij'[n % 10] * 4}{n}vw" for n in range(200))
    assert speller.repaired(nonsense + " tabelt").endswith("tabelt")
