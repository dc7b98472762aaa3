"""The made-up world with known truth."""
