"""How fast the pages are, as ratios to an empty view behind the same middleware and server: ``make bench``."""
