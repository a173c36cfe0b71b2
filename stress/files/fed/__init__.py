"""The scenario tables of the Federal Reserve as scenarios."""
