"""Questions in, a report out."""

from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions"
