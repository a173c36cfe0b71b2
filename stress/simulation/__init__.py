"""Random streams, draws of the joint law, revaluation, P&L."""
