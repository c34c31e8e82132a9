"""Safety cards: the rules as data (YAML), and what turns a person's words into rules."""
