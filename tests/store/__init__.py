"""An index on the disk: a folder of its own, so that its tests share one small model."""
