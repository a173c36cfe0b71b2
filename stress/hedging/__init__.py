"""Candidates revalued on the same draws, the optimiser and its certificate."""
