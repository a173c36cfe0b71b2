"""Reverse stress and worst case: which shock loses that much, and what is the worst within reach."""
