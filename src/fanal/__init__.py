"""Fanal: which accounts act together, beyond chance."""

__version__ = "0.1.0"
