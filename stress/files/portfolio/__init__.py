"""Position files as brokers, issuers and regulators write them, to a `Portfolio`."""

from stress.files.portfolio.check import PortfolioCheck, check_portfolio
from stress.files.portfolio.read import load_portfolio, load_shares, read_book

__all__ = ["PortfolioCheck", "check_portfolio", "load_portfolio", "load_shares", "read_book"]
