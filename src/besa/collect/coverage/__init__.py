"""Coverage: what was expected of each watched account on each day, what was seen of it, and what is missing."""
