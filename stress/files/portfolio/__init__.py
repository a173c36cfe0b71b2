"""Position files as brokers, issuers and regulators write them, to a `Portfolio`."""

from stress.files.portfolio.read import load_portfolio

__all__ = ["load_portfolio"]
