"""The long or short position of a tax lot, which is documented under two spellings.

The first document of the product API wrote `postionType`, later ones `positionType`. Inside
holdings both names go out with the same value, because apps of either age read them there; the tax
lots of one holding came later and know the right spelling only.
"""

from collections.abc import Mapping

import msgspec

_RIGHT, _WRONG = "positionType", "postionType"
_SPELLINGS = ((_RIGHT, _WRONG), (_WRONG, _RIGHT))
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


def with_right_spelling(lot: Mapping[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """The same lot under the right spelling alone, whichever the bank has."""
    renamed = {_RIGHT if name == _WRONG else name: value for name, value in lot.items()}
    return renamed | {_RIGHT: lot[_RIGHT]} if _RIGHT in lot else renamed
