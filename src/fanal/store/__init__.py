"""The case on disk: catalogue, parts, queries."""
