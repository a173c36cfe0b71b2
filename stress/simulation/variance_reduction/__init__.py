"""Tail averages with fewer draws: Sobol points, importance sampling, control variates."""
