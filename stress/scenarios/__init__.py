"""Named, sourced moves, and what the joint law says of everything they leave unsaid."""
