"""A clinic's pages on an origin of their own, with the widget on them: ``python -m ui.demo``."""
