"""Model files: plain text, hashed."""
