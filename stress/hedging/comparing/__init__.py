"""Strategies beside each other, on the same draws and at the same costs."""
