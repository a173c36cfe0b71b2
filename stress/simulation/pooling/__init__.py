"""Entropy pooling: views on the law of the draws, and the probabilities nearest to equal ones that hold them."""
