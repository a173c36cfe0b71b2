"""The dialects of position files, one file each; `DIALECTS` is the family's table.

Order is the order of recognition: the most particular first, the generic reader last.
"""

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.native import NATIVE

__all__ = ["DIALECTS", "Dialect", "Document"]

DIALECTS: tuple[Dialect, ...] = (NATIVE,)
