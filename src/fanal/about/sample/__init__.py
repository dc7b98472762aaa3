"""Samplers: what a server knows of connections at this moment becomes day rows at once."""
