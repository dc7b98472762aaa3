"""Claims: posts that carry the same words, who carries one claim, since when, who denies it."""
