"""The market levels a book is valued at: where each comes from, how far it can fall, and what is missing."""
