"""The index searched."""

import argparse

from rich.console import Console

from index.explain import explanation
from index.load import load_index


def search(options: argparse.Namespace) -> int:
    """The ranked passages for a question, or why they are ranked so."""
    results = load_index(options.folder).search(options.question, options.limit)
    if options.explain:
        Console().print(explanation(results))
        return 0
    for found in results:
        parts = " + ".join(f"{name} {value:.2f}" for name, value in found.parts)
        print(f"{found.rank}. {found.score:.3f} = {parts}  {found.passage.id}")
        print(f"   {found.passage.heading}: {' '.join(found.passage.text.split())[:160]}")
    return 0
