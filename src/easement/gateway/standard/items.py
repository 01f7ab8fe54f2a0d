"""One account or transaction, brought to the standard."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from easement.fdx.enumerations import (
    ACCOUNT_CATEGORIES,
    ACCOUNT_STATUS,
    ACCOUNT_TYPES,
    DEBIT_CREDIT_MEMO,
    SECURITY_ID_TYPE,
    TRANSACTION_STATUS,
    TRANSACTION_TYPES,
    Enumeration,
)
from easement.gateway.standard.timestamps import rfc3339

Fields = dict[str, msgspec.Raw]
Reading = Callable[[object], str | None]
"""A bank's value to the standard one; None where there is none."""
Kept = list[tuple[str, msgspec.Raw]]
"""The bank's own words by the path of their field, such as ``balanceList.0.balanceDate``."""

# Every field that the product API's schemas declare a date-time.
_TIMESTAMPS = """
    asOfDate balanceAsOf balanceDate bondMaturityDate callDate couponDate dateAsOf expirationDate
    expireDate grantDate interestRateAsOf lastActivityDate loanMaturityDate loanNextPaymentDate
    loanStartDate orderDate postedTimestamp startDate transactionTimestamp vestingDate yieldAsOfDate
"""
_GUARANTEED = ("debitCreditMemo", "referenceTransactionId", "transactionTimestamp")
# Where the sign of an amount says which way the money went; a debt grows by what is spent.
_SIGNED = frozenset({"depositTransaction", "investmentTransaction"})
# Deeper than any document of this API; what stands below stays as it is.
_MAX_DEPTH = 48
_NULL = msgspec.Raw(b"null")
_encode = msgspec.json.Encoder().encode
_object = msgspec.json.Decoder(Fields)
_array = msgspec.json.Decoder(list[msgspec.Raw])


def _of(enumeration: Enumeration) -> Reading:
    return lambda value: enumeration.member(value) if isinstance(value, str) else None


_ANYWHERE: Mapping[str, Reading] = {
    "securityIdType": _of(SECURITY_ID_TYPE),
    **dict.fromkeys(_TIMESTAMPS.split(), rfc3339),
}


def standard_account(category: str, fields: Mapping[str, msgspec.Raw]) -> Fields:
    """The account under its wrapper key `category`, with ``accountCategory`` added."""
    standard = _standard(
        fields,
        {
            "accountType": _of(ACCOUNT_TYPES[category]),
            "status": _of(ACCOUNT_STATUS),
            "accountCategory": lambda _: ACCOUNT_CATEGORIES[category],
        },
    )
    standard.setdefault("accountCategory", msgspec.Raw(_encode(ACCOUNT_CATEGORIES[category])))
    return standard


def standard_transaction(wrapper: str, fields: Mapping[str, msgspec.Raw]) -> Fields:
    """The transaction under its wrapper key; what `mode=standard` guarantees is there, null where
    it is not known."""
    standard = _standard(
        fields,
        {
            "transactionType": _of(TRANSACTION_TYPES[wrapper]),
            "status": _of(TRANSACTION_STATUS),
            "debitCreditMemo": _of(DEBIT_CREDIT_MEMO),
        },
    )
    for name in _GUARANTEED:
        standard.setdefault(name, _NULL)
    if wrapper in _SIGNED and bytes(standard["debitCreditMemo"]) == bytes(_NULL):
        standard["debitCreditMemo"] = _direction(standard.get("amount"))
    return standard


def _direction(amount: msgspec.Raw | None) -> msgspec.Raw:
    try:
        value = 0.0 if amount is None else msgspec.json.decode(amount, type=float)
    except msgspec.MsgspecError:
        value = 0.0
    if value == 0:
        return _NULL
    return msgspec.Raw(_encode("DEBIT" if value < 0 else "CREDIT"))


def _standard(fields: Mapping[str, msgspec.Raw], readings: Mapping[str, Reading]) -> Fields:
    standard, kept = _read_object(fields, {**_ANYWHERE, **readings}, 0)
    return _with_attributes(standard, kept)


def _read_object(
    fields: Mapping[str, msgspec.Raw], readings: Mapping[str, Reading], depth: int
) -> tuple[Fields, Kept]:
    standard: Fields = {}
    kept: Kept = []
    for name, raw in fields.items():
        reading = readings.get(name)
        if reading is None:
            standard[name], below = _read_nested(raw, depth + 1, holdings=name == "holdings")
            kept += [(f"{name}.{path}", word) for path, word in below]
            continue
        value = msgspec.json.decode(raw)
        member = None if value is None else reading(value)
        if value is None or member == value:
            standard[name] = raw
            continue
        kept.append((name, raw))
        if member is not None:
            standard[name] = msgspec.Raw(_encode(member))
    return standard, kept


def _read_nested(
    raw: msgspec.Raw, depth: int, *, holdings: bool = False
) -> tuple[msgspec.Raw, Kept]:
    opening = bytes(raw)[:1]
    if depth > _MAX_DEPTH:
        return raw, []
    if opening == b"{":
        standard, kept = _read_object(_object.decode(raw), _ANYWHERE, depth)
        if holdings:
            # A holding has attributes of its own.
            standard, kept = _with_attributes(standard, kept), []
        return msgspec.Raw(_encode(standard)), kept
    if opening != b"[":
        return raw, []
    items: list[msgspec.Raw] = []
    kept = []
    for index, each in enumerate(_array.decode(raw)):
        item, below = _read_nested(each, depth + 1, holdings=holdings)
        items.append(item)
        kept += [(f"{index}.{path}", word) for path, word in below]
    return msgspec.Raw(_encode(items)), kept


def _with_attributes(fields: Fields, kept: Sequence[tuple[str, msgspec.Raw]]) -> Fields:
    if not kept:
        return fields
    before = fields.get("fiAttributes", _NULL)
    attributes = _array.decode(before) if bytes(before)[:1] == b"[" else []
    attributes += [
        msgspec.Raw(_encode({"name": path, "value": _text(word)})) for path, word in kept
    ]
    return {**fields, "fiAttributes": msgspec.Raw(_encode(attributes))}


def _text(raw: msgspec.Raw) -> str:
    """A word as it is, anything else as it was written: attributes are strings."""
    value = msgspec.json.decode(raw)
    return value if isinstance(value, str) else bytes(raw).decode()
