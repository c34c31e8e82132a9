"""Questions in, a report out."""

from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions"
RESULTS = Path(__file__).parent / "results" / "local"  # what a run leaves here is not committed
