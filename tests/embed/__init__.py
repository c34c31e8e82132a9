"""The question page: a folder of its own, so that its tests share one server."""
