"""Formatters that compute nothing: terminal, JSON, CSV and HTML from `Result` and `Results`."""
