"""Hedge universes: their tables, and fresh quotes for them."""
