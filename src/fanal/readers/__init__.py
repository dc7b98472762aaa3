"""Exports in, rows out."""
