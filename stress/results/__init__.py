"""Results: one scenario on one book (`Result`), many under one manifest (`Results`), and `evaluate`."""
