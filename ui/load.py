"""``python -m ui load``: how much a service serves, beside a bare echo on the same machine."""
