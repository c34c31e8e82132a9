"""The chat page: a folder of its own, so that its tests share one browser and one site."""
