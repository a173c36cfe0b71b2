"""Readers and writers of users' files: scenarios, portfolios, models, prices."""
