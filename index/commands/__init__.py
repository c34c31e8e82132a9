"""The body of each command of ``python -m index``: it takes the options and returns a code."""
