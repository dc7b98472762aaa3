"""Coordination: which accounts act together beyond chance."""
