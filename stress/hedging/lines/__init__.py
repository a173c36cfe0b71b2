"""What a hedge may trade: the universe, its lines, and what one unit of each is."""
