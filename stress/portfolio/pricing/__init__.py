"""Pricing kernels: pure functions over arrays; each file is one model."""
