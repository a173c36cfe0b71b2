"""The dialects of position files, one file each; `DIALECTS` is the family's table.

To add one: write its file with a `Dialect`, and add its line here. The order is that of recognition: the most
particular first, hedge universes and transactions (which are refused) before the native and the generic reader, which would take them for
positions.
"""

from stress.files.portfolio.dialects.ark import ARK
from stress.files.portfolio.dialects.avanza import AVANZA
from stress.files.portfolio.dialects.degiro import DEGIRO
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.etrade import ETRADE
from stress.files.portfolio.dialects.fidelity import FIDELITY, FIDELITY_STATEMENT
from stress.files.portfolio.dialects.generic import GENERIC
from stress.files.portfolio.dialects.hedge_universe import HEDGE_UNIVERSE
from stress.files.portfolio.dialects.ibkr_activity import IBKR_ACTIVITY
from stress.files.portfolio.dialects.ibkr_flex_csv import IBKR_FLEX_CSV
from stress.files.portfolio.dialects.ibkr_flex_xml import IBKR_FLEX_XML
from stress.files.portfolio.dialects.invesco import INVESCO
from stress.files.portfolio.dialects.ishares import ISHARES
from stress.files.portfolio.dialects.native import NATIVE
from stress.files.portfolio.dialects.schwab import SCHWAB
from stress.files.portfolio.dialects.sec_13f import SEC_13F_TABLE, SEC_13F_XML
from stress.files.portfolio.dialects.spdr import SPDR, SPDR_INDEX
from stress.files.portfolio.dialects.transactions import TRANSACTIONS
from stress.files.portfolio.dialects.vanguard import VANGUARD

__all__ = ["DIALECTS", "Dialect", "Document"]

DIALECTS: tuple[Dialect, ...] = (
    IBKR_FLEX_XML,
    SEC_13F_XML,
    IBKR_ACTIVITY,
    ISHARES,
    SPDR,
    SPDR_INDEX,
    INVESCO,
    ARK,
    SCHWAB,
    FIDELITY,
    FIDELITY_STATEMENT,
    VANGUARD,
    ETRADE,
    IBKR_FLEX_CSV,
    DEGIRO,
    AVANZA,
    SEC_13F_TABLE,
    HEDGE_UNIVERSE,
    TRANSACTIONS,
    NATIVE,
    GENERIC,
)
