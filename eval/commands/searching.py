"""The search by itself: over other collections, on later messages, how it grows, how fast it is."""

from argparse import Namespace

from assistant.rephrase import Wording
from eval.beir import indexed, load_collection, ranked, save_run
from eval.bench import bench
from eval.commands import check_place, wide
from eval.grow import load_texts
from eval.report import Score, table
from eval.retrieval import document_measures, measured
from eval.rewrites import load_turns, overlaps
from eval.scale import scale
from eval.talks import load_later, talk_scores
from index.load import load_index


def retrieval(options: Namespace) -> int:
    """Another collection, ranked by the project's own index."""
    if options.depth < 1:
        raise ValueError(f"--depth has to be at least 1, not {options.depth}")
    if options.relevant is not None and options.relevant < 1:
        raise ValueError(f"--relevant has to be at least 1, not {options.relevant}")
    collection = load_collection(options.beir, options.query_field)
    grade = options.relevant or collection.usual
    relevant = collection.with_relevant(grade)
    folder = options.out / f"beir-{options.beir.resolve().name}"
    index, names = indexed(collection, folder)
    index = index.without(options.without)
    only = collection.judged if options.judged else None
    asked = {query: collection.queries[query] for query in collection.judgements}
    found = dict(ranked(index, names, asked, options.depth, only))
    file = folder / f"{options.query_field}{'-judged' if options.judged else ''}.run"
    save_run(found.items(), file, "bonewise")
    measures = document_measures(grade, options.depth)
    values = measured(measures, relevant, found)
    rows = [Score(str(m), tuple(v[str(m)] for v in values.values())) for m in measures]
    wide().print(table({f"{options.query_field}, {len(relevant)} queries": rows}))
    print(
        f"a document is relevant from grade {grade} on (--relevant)", f"run file: {file}", sep="\n"
    )
    return 0


def grow(options: Namespace) -> int:
    """Searches of growing corpora."""
    if min(*options.sizes, options.real) < 1_000:
        raise ValueError("--sizes and --real have to be at least 1000")
    check_place(options.out / "scale.md")
    from eval.growth import save  # matplotlib takes a while to come

    texts, kept = load_texts(options.texts, options.real, 200), options.out / "local" / "scale"
    encoder = load_index(options.index).encoder
    with wide().status("") as status:
        points = list(scale(texts, sorted(options.sizes), encoder, kept, status.update))
    print(save(points, texts, options.out), f"written to {options.out}", sep="\n")
    return 0


def stand_alone(options: Namespace) -> int:
    """Later messages made to stand alone, beside people's rewrites."""
    turns = list(load_turns(options.conversations))
    wording = Wording.over(load_index(options.index))
    scores = overlaps(turns, wording)
    title = "F1 of the words shared with people's rewrites, mean (95 % interval)"
    wide().print(table({f"{len(turns)} later turns": scores}, title))
    return 0


def follow(options: Namespace) -> int:
    """Later messages of held-out talks, in their conversation and in full."""
    index, turns = load_index(options.index), load_later()
    scores = talk_scores(turns, index, Wording.over(index))
    title = "a passage that answers, mean (95 % interval)"
    wide().print(table({f"{len(turns)} later turns": scores}, title))
    return 0


def speed(options: Namespace) -> int:
    """Beside sentence-transformers."""
    wide().print(bench(options.index))
    return 0
