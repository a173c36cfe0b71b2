"""Solvers of hedge problems: the scenario active set, the direct statement, the integer search."""
