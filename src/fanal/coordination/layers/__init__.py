"""Layers: what counts as an action of one kind."""
