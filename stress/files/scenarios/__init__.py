"""Scenario files: TOML to scenarios, and what is wrong with one."""
