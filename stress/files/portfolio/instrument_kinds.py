"""What kind of thing a row holds, from the type column's word."""

from __future__ import annotations

__all__ = ["KIND_WORDS", "kind_of_type"]


def _words(text: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in text.split("|"))


#: Kind of instrument, and the words of type columns for it, folded.
KIND_WORDS: dict[str, frozenset[str]] = {
    "equity": _words(
        """equity|equities|stock|stocks|stk|common stock|common|cs|share|shares|ordinary shares|etf|etfs|fund|funds|mf|
        mutual fund|mutual funds|closed end fund|adr|ads|adrs|reit|reits|etf/closed end fund|etfs & closed end funds|
        etn|etp|etc|unit|units|us equity|domestic common stock|common stock/shs|preferred|preferred stock|aktie|aktien|
        fonds|action|actions|azioni|acciones|accion|azione|fondo|fondos|aandelen|akcja|akcje|aktier|株式|股票|주식|
        acao|acoes|titres|etf equity|foreign stock|foreign equity|exchange traded fund|equity etf|stock (etf)|
        core bond etf|bond etf|commodity etf|index fund|trust|unit trust|investment trust|ut|uit"""
    ),
    "cash": _words(
        """cash|money market|money market fund|cash and money market|cash & money market|cash and/or derivatives|mmf|
        cash collateral and margins|cash equivalents|cash & cash investments|cash and cash investments|currency|
        cash and equivalents|sweep|deposit|deposits|bank deposit|bargeld|liquiditat|liquidites|especes|efectivo|
        contanti|cash balance|forex balance|cash/sweep|core account|core cash|cash offset"""
    ),
    "option": _words(
        """option|options|opt|equity option|equity and index options|index option|call|put|call option|put option|
        optionen|opzioni|opciones|us equity option|stock option|listed option|eop|etf option"""
    ),
    "future": _words("future|futures|fut|index future|equity index future|termingeschaft"),
    "future_option": _words("fop|future option|futures option|options on futures|future options"),
    "bond": _words(
        """bond|bonds|fixed income|treasury|treasuries|us treasury|corporate bond|corporate bonds|municipal bond|
        government bond|bill|bills|note|notes|anleihe|anleihen|obligation|obligations|obbligazioni|bonos|debt|t-bill|
        cd|certificate of deposit|convertible bond|agency|mbs|treasury bill"""
    ),
    "fx_forward": _words(
        "fx forward|fx_forward|fx|forward|forwards|currency forward|fx contract|devisentermingeschaft"
    ),
    "swap": _words(
        "swap|swaps|trs|total return swap|cds|irs|cfd|cfds|warrant|warrants|war|certificate"
    ),
    "crypto": _words("crypto|cryptocurrency|coin|digital asset"),
}

_KIND_OF = {word: kind for kind, words in KIND_WORDS.items() for word in words}


def kind_of_type(folded: str) -> str | None:
    """Return the kind a folded type word stands for, or None for a word that is not known."""
    return _KIND_OF.get(folded)
