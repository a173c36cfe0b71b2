"""Measures with standard errors, attribution, back-tests: pure functions of P&L and weights."""
