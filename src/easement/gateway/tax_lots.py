"""Tax lots inside holdings: the long or short position under both of its documented spellings.

The first document of the product API wrote `postionType`, later ones `positionType`; apps of either
age read these lots, so both names go out with the same value.
"""

import msgspec

_SPELLINGS = (("positionType", "postionType"), ("postionType", "positionType"))
_MARK = b'"taxLots"'

_holdings = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_lots = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_encode = msgspec.json.Encoder().encode


def with_both_spellings(holdings: msgspec.Raw) -> msgspec.Raw:
    """The same holdings; left as they are where there are no tax lots or they cannot be read."""
    if _MARK not in bytes(holdings):
        return holdings
    try:
        decoded = _holdings.decode(holdings)
    except (msgspec.MsgspecError, RecursionError):
        return holdings
    for holding in decoded:
        if "taxLots" in holding:
            holding["taxLots"] = _spell(holding["taxLots"])
    return msgspec.Raw(_encode(decoded))


def _spell(tax_lots: msgspec.Raw) -> msgspec.Raw:
    try:
        decoded = _lots.decode(tax_lots)
    except (msgspec.MsgspecError, RecursionError):
        return tax_lots
    for lot in decoded:
        for present, missing in _SPELLINGS:
            if present in lot:
                lot.setdefault(missing, lot[present])
    return msgspec.Raw(_encode(decoded))
