"""The words of many languages for the columns of a position file."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from stress.files.portfolio.denominations import Denomination, denominated
from stress.files.portfolio.title_units import Unit, says_scale, unit_of

__all__ = ["BASE", "ROLES", "Heading", "fold", "heading"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|"))


#: Foreshock's word for a column, and what files call it: folded (see `fold`), the surest first.
ROLES: dict[str, tuple[str, ...]] = {
    "ticker": _words(
        "ticker|ticker symbol|holding ticker|holdingticker|stock ticker|symbol|stock symbol|security symbol|"
        "trading symbol|instrument symbol|symbol cusip|symbol/cusip|ticker/symbol|kuerzel|kurzel|tickersymbol|borsenkurzel|boersenkuerzel|"
        "symbole|mnemonique|mnemonic|simbolo|codigo|codigo de negociacao|epic|tidm|sembol|symbool|тикер|код|代码|证券代码|"
        "股票代码|代碼|股票代號|銘柄コード|コード|종목코드|equity symbol|ric|code|stock code|instrument|stock|security id|financial instrument"
    ),
    "isin": _words(
        "isin|isin code|isin-code|isin number|isin nr|isin-nr|codigo isin|codice isin|code isin|symbol/isin|"
        "isin/wkn|kod isin|isin kodu|код isin"
    ),
    "cusip": _words("cusip|cusip number|cusip no|cusip id|security identifier"),
    "name": _words(
        "name|security name|security description|description|company|company name|instrument name|holding name|"
        "holding|investment name|investment|fund name|security|product|produkt|producto|produit|prodotto|"
        "bezeichnung|wertpapier|wertpapiername|wertpapierbezeichnung|titel|libelle|libelle valeur|designation|nom|"
        "nom de la valeur|valeur|nombre|nombre del valor|descripcion|nome|descrizione|descricao|strumento|titolo|"
        "omschrijving|naam|nazwa|nazwa instrumentu|navn|namn|vardepapper|papir|nimi|наименование|название|инструмент|"
        "名称|证券名称|股票名称|名稱|銘柄|銘柄名|ファンド名|종목명|name of issuer|nameofissuer|issuer|asset|stock|instrument|equity description|financial instrument"
    ),
    "quantity": _words(
        "quantity|qty|qty.|shares held|shares|number of shares|no of shares|no. of shares|share quantity|share count|"
        "current quantity|current shares|current units|total quantity|net quantity|open quantity|quantity held|holdings qty|"
        "units|units held|no of units|position|pos|contracts|shares/par|shares/par value|shares/par amount|par value|"
        "shares or principal amount|sshprnamt|stuck|stueck|stueckzahl|stueck/nominal|stuck/nominal|stuck/nom.|stuck/nom|stuck / nominal|stuck/nominale|anzahl/nominal|anzahl / nominal|stuckzahl|stk|stk.|anzahl|bestand|menge|nominal|"
        "nominale|quantite|qte|qte.|nombre de titres|nombre de parts|parts|cantidad|numero de titulos|titulos|"
        "participaciones|acciones|num acciones|quantita|qta|qta.|numero azioni|aantal|quantidade|qtd|qtd.|qtde|"
        "ilosc|liczba|antal|antall|maara|adet|miktar|количество|кол-во|数量|持仓数量|持股数量|持有数量|股数|"
        "持倉數量|保有数量|保有株数|口数|수량|보유수량|balance quantity|settled quantity|saldo titoli|face|face amount"
    ),
    "price": _words(
        "price|last price|mkt price|current price|market price|closing price|close price|close|closing|share price|unit price|"
        "px|px last|last px|px close|close px|price per share|price/share|price per unit|latest price|last|last close|last trade|mark|mark price|fund price|ltp|"
        "cmp|kurs|aktueller kurs|akt. kurs|letzter kurs|schlusskurs|borsenkurs|boersenkurs|preis|cours|dernier cours|cours actuel|"
        "prix|precio|precio actual|ultimo precio|precio de mercado|cotizacion|prezzo|prezzo di mercato|"
        "prezzo attuale|ultimo prezzo|quotazione|koers|slotkoers|laatste koers|preco|preco atual|cotacao|cena|cena rynkowa|"
        "kurs zamkniecia|senaste|senaste kurs|siste kurs|kurssi|fiyat|son fiyat|цена|текущая цена|рыночная цена|"
        "现价|最新价|市价|当前价|現價|現在値|株価|基準価額|현재가|nav|net asset value"
    ),
    "market_value": _words(
        "market value|marketvalue|mv|mtm|mtm value|mark to market value|mkt value|mkt val|cur. val|cur val|gesamtwert|market val|current value|current market value|ending market value|"
        "ending mkt value|ending value|position value|total market value|total value|value|value usd|base market value|"
        "market value base|closing balance|current balance|equity value|holding value|valuation|notional market value|"
        "market value (base)|kurswert|marktwert|aktueller wert|wert|gegenwert|depotwert|bewertung|valeur de marche|"
        "valeur actuelle|valorisation|valo|valeur|montant|valor de mercado|valor actual|valor efectivo|valoracion|valor|importe|"
        "valore di mercato|valore attuale|controvalore|controvalore di mercato|valore|marktwaarde|huidige waarde|"
        "waarde|valor atual|valor bruto|valor liquido|saldo|wartosc rynkowa|wartosc|markedsvaerdi|vaerdi|"
        "markedsverdi|verdi|marknadsvarde|varde|markkina-arvo|arvo|piyasa degeri|tutar|deger|рыночная стоимость|стоимость|"
        "市值|最新市值|持仓市值|市場價值|評価額|時価評価額|時価|평가금액|balance|amount|equity"
    ),
    "weight": _words(
        "weight|weights|weighting|weightings|portfolio weight|index weight|fund weight|% of portfolio|portfolio %|"
        "% portfolio|% of account|percent of account|% of holdings|% of fund|percent of fund|% of net assets|"
        "percent of net assets|% net assets|% of total|% of nav|% nav|nav %|pct nav|% tna|allocation|allocation %|% allocation|current mix|"
        "gewicht|gewichtung|anteil|depotanteil|portfolioanteil|poids|ponderation|peso|ponderacion|weging|waga|udzial|"
        "andel|osuus|agirlik|доля|вес|占比|比重|权重|仓位|構成比|比率|비중"
    ),
    "currency": _words(
        "currency|ccy|cur|curr|curr.|currency code|price currency|trading currency|local currency|local currency code|crncy|market currency|"
        "currencyprimary|position currency|wahrung|waehrung|whg|whrg|devise|monnaie|moneda|divisa|valuta|moeda|waluta|"
        "valuutta|para birimi|doviz|валюта|货币|币种|幣別|通貨|통화"
    ),
    "account": _words(
        "account|account name|account number|account id|account no|accountid|clientaccountid|acct|acct no|portfolio|"
        "portfolio name|book|konto|depot|depotnummer|kontonummer|compte|cuenta|conto|rekening|conta|rachunek|konto nr|"
        "счет|счёт|账户|賬戶|口座|계좌|plan"
    ),
    "type": _words(
        "type|asset type|asset class|assetclass|asset category|assetcategory|security type|securitytype|sectype|sec type|instrument type|"
        "product type|investment type|class of asset|gattung|wertpapierart|wertpapiertyp|anlageklasse|art|"
        "type d'actif|classe d'actif|type de produit|tipo|tipo de activo|tipo di strumento|clase de activo|"
        "classe di attivo|tipo de ativo|soort|typ|тип|资产类别|类型|種類|資産クラス"
    ),
    "side": _words(
        "side|position side|pos side|positionside|long/short|long / short|long short|long-short|longshort|long or short|long/short indicator|"
        "long short indicator|longshortindicator|long/short flag|long/short code|l/s|l / s|ls|l/s indicator|l/s ind|ls indicator|"
        "direction|position direction|pos dir|trade direction|holding side|"
        "buy/sell|buysell|buy / sell|buy or sell|buy/sell indicator|b/s|b / s|bs indicator|richtung|kauf/verkauf|k/v|sens|"
        "sens de la position|achat/vente|a/v|sentido|direccion|compra/venta|c/v|direzione|acquisto/vendita|direcao|richting|"
        "koop/verkoop|kierunek|kupno/sprzedaz|kop/salj|направление|方向|多空|持仓方向|买卖方向|买卖|売買|売買区分|建玉区分|매매구분|포지션"
    ),
    "sector": _words(
        "sector|gics sector|sector name|industry|industry group|branche|sektor|secteur|settore|setor|bransch|"
        "отрасль|сектор|行业|板块|業種|セクター|업종"
    ),
    "fx_rate": _words(
        "fx rate|fxrate|fxratetobase|fx rate to base|exchange rate|fx|wechselkurs|devisenkurs|taux de change|"
        "tipo de cambio|tasso di cambio|wisselkoers|汇率|為替レート|환율"
    ),
    "multiplier": _words("multiplier|contract multiplier|contract size|kontraktgrosse|multiplicateur"),
    "strike": _words("strike|strike price|exercise price|basispreis|prix d'exercice|ausubungspreis"),
    "expiry": _words(
        "expiry|expiration|expiration date|expiry date|exp date|exp|expiration dt|verfall|verfallsdatum|echeance|"
        "vencimiento|scadenza"
    ),
    "right": _words(
        "put/call|putcall|put call|call/put|right|option type|p/c|c/p|call or put|putorcall"
    ),
    "underlying": _words(
        "underlying|underlying symbol|underlyingsymbol|underlying ticker|root|option root|basiswert|sous-jacent|"
        "subyacente|sottostante"
    ),
    "as_of": _words(
        "as of date|as of|asofdate|as_of|position date|reportdate|report date|valuation date|date|trade date as of|"
        "datum|stichtag|date de valorisation|fecha|data|日期|基準日"
    ),
    "adv": _words("adv|average daily volume|avg daily volume|average volume|avg volume"),
    "coupon": _words("coupon|coupon rate|coupon %|kupon|zinssatz|cupon|cedola"),
    "duration": _words("duration|modified duration|effective duration|mod duration|mod. duration"),
    "yield": _words("yield to maturity|ytm|ytm (%)|yield to worst|ytw|yield (ytm)|yield"),
    "convexity": _words("convexity|effective convexity"),
    "maturity": _words("maturity|maturity date|falligkeit|date d'echeance|fecha de vencimiento"),
    "frequency": _words("frequency|coupon frequency|payment frequency|payments per year"),
    "credit": _words("credit"),
    "curve": _words("curve|yield curve|discount curve"),
    "style": _words("style|exercise style|option style"),
    "underlying_price": _words(
        "underlying price|underlyingprice|price of underlying|underlying last|underlying last price|underlying mark|underlying close|"
        "underlying px|undly price|undly px|und price|und. price|und px|kurs basiswert|kurs des basiswerts"
    ),
    "implied_vol": _words("implied vol|implied volatility|impl vol|impl. vol"),
    "proxy": _words("proxy|proxy ticker"),
    "value_currency": _words("value currency|value ccy|market value currency|market value ccy|mv currency|mv ccy|valuation currency"),
}  # fmt: skip

#: Words for the book's own currency.
BASE = frozenset({"base", "reporting"})
#: Pence beside pounds, GBP: the one code whose case says something.
_PENCE = re.compile(r"(?<![A-Za-z])GBp(?![A-Za-z])")
_INNER = re.compile(r"[(\[]\s*([^()\[\]]*?)\s*[)\]]")


class Heading(NamedTuple):
    """A column's title taken apart.

    Parameters
    ----------
    words : tuple of str
        What to look up, the surest first: the title, then what stood in parentheses.
    percent : bool
        Whether a per cent sign stood in it.
    currency : str or None
        ISO code, or that of a minor unit, named in it.
    scale : float
        What figures under it are multiplied by: 1000 for ``$000``.
    unread : bool
        Whether it speaks of a scale that was not understood.
    denomination : {'row', 'book'} or None
        Whose currency it says that its figures are in, without naming it.
    """

    words: tuple[str, ...]
    percent: bool
    currency: str | None
    scale: float = 1.0
    unread: bool = False
    denomination: Denomination | None = None


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return a title in small letters without accents, underscores, doubled blanks or a colon."""
    if not text.isascii():
        text = "".join(
            character
            for character in unicodedata.normalize(
                "NFKD",
                text.replace("ß", "ss")
                .replace("æ", "ae")
                .replace("ø", "o")
                .replace("ł", "l")
                .replace("ı", "i"),
            )
            if not unicodedata.combining(character)
        )
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.replace("_", " ").replace("\ufeff", "").casefold().split()).strip(
        " :*#\"'"
    )


@lru_cache(maxsize=4096)
def heading(title: str) -> Heading:
    """Take a column's title apart.

    Parameters
    ----------
    title : str
        As written, e.g. ``Mkt Val (Market Value)`` or ``market value ($)``.

    Returns
    -------
    Heading

    Examples
    --------
    >>> heading("market value ($000)")
    Heading(words=('market value',), percent=False, currency='USD', scale=1000.0, unread=False, denomination=None)
    """
    text = fold(_PENCE.sub("gbx", title))
    units: list[Unit] = []
    aside: list[str] = []
    for inner in _INNER.findall(text):
        unit = unit_of(inner)
        if unit is None:
            aside.append(inner)
        else:
            units.append(unit)
    plain = " ".join(_INNER.sub(" ", text).split())
    words = [plain] if plain else []
    if any(inner in _SIDES for inner in aside):
        words = [inner for inner in aside if inner in _SIDES]
    elif any(inner in ("long", "short") for inner in aside):
        words = [f"{inner} {plain}" for inner in aside if inner in ("long", "short")]
    elif aside:
        words += [*aside, text]
    if words:
        head, unit = _without_unit(words[0])
        if unit is not None:
            units.append(unit)
            words.insert(1, head)
    words += [
        rest
        for word in words
        if (rest := " ".join(w for w in word.split() if w not in BASE).strip(" -,;/"))
        not in ("", word)
    ]
    denomination, plain = denominated(text)
    if denomination is not None and plain in _MONEY and plain not in words:
        words.append(plain)
    percent = "%" in text or any(unit.percent for unit in units)
    if percent and words and words[0] not in _ALL:
        words.append(words[0].replace("%", " "))
    scales = [unit.scale for unit in units if unit.scale != 1.0]
    return Heading(
        words=tuple(" ".join(word.split()) for word in words if word),
        percent=percent,
        currency=next((unit.currency for unit in units if unit.currency), None),
        scale=scales[0] if scales else 1.0,
        unread=len(scales) > 1 or (not scales and says_scale(text)),
        denomination=denomination,
    )


def _without_unit(text: str) -> tuple[str, Unit | None]:
    """Take a unit off either end of a title, where a word for a column is left."""
    tokens = re.sub(r"(?<=\S)([$€£¥]+)$", r" \1", text).split()
    for count in range(min(len(tokens) - 1, 4), 0, -1):
        for tail, rest in ((tokens[-count:], tokens[:-count]), (tokens[:count], tokens[count:])):
            head = " ".join(rest).strip(" -,;/")
            if head.endswith(" in"):
                head = head.removesuffix(" in")
            known = head in _ALL or _sided(head) in _ALL
            if known and (unit := unit_of(" ".join(tail))) is not None:
                return head, unit
    return text, None


def _sided(head: str) -> str:
    return (
        head.removeprefix("long ")
        .removeprefix("short ")
        .removesuffix(" long")
        .removesuffix(" short")
    )


_ALL = frozenset(word for words in ROLES.values() for word in words)
_MONEY = frozenset((*ROLES["price"], *ROLES["market_value"]))
_SIDES = frozenset(ROLES["side"])
