"""Staff's own documents: a folder, so that its tests share a shelf and the leaflets put on it."""
