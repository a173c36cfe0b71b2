"""Price files: what they say, and what in them is to be doubted."""
