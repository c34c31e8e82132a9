"""The safety cards: a folder of its own, so that its tests share one screen."""
