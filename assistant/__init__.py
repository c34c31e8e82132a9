"""A message and a conversation in, a cited answer out."""
