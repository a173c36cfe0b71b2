"""What is held: positions, instruments, market levels, and how much of a book is stressed."""
