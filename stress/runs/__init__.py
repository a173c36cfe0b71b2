"""The run store: payloads, resume, verify, compare, limits."""
