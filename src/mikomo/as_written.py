"""Parts of a data file as they are served: the same values, without the white space between."""

from datetime import UTC, datetime

import msgspec

from mikomo.person import Account, Fields, Row

# The fields of FDX's account descriptor, as far as the accounts have them.
_DESCRIPTOR_FIELDS = frozenset(
    {
        "accountId",
        "parentAccountId",
        "accountNumberDisplay",
        "accountType",
        "productName",
        "description",
        "nickname",
        "displayName",
        "status",
        "lineOfBusiness",
        "balanceType",
        "currency",
    }
)


class _AccountKey(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str


class _Times(msgspec.Struct, frozen=True, rename="camel"):
    posted_timestamp: str = ""
    transaction_timestamp: str = ""


def compact(raw: msgspec.Raw) -> msgspec.Raw:
    """The same JSON on one line; numbers keep the digits they were written with."""
    return msgspec.Raw(msgspec.json.format(bytes(raw), indent=-1))


def account_id_of(account: msgspec.Raw) -> str:
    """The accountId of an account without its wrapper."""
    return msgspec.json.decode(account, type=_AccountKey).account_id


def account_of(category: str, account: msgspec.Raw) -> Account:
    """An account in both forms."""
    details = compact(account)
    fields = msgspec.json.decode(details, type=Fields)
    descriptor = {key: value for key, value in fields.items() if key in _DESCRIPTOR_FIELDS}
    return Account(
        account_id=account_id_of(details),
        category=category,
        details=msgspec.json.encode({category: details}),
        lightweight=msgspec.json.encode({category: descriptor}),
    )


def row_of(wrapper: str, transaction: msgspec.Raw) -> Row:
    """A transaction; ValueError if its time is not to be read."""
    return Row(_moment(transaction), msgspec.json.encode({wrapper: compact(transaction)}))


def _moment(transaction: msgspec.Raw) -> int:
    times = msgspec.json.decode(transaction, type=_Times)
    written = times.posted_timestamp or times.transaction_timestamp
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise ValueError(
            f"expected a transaction's postedTimestamp, else its transactionTimestamp, to be"
            f" ISO 8601, found {written!r}"
        ) from error
    # Without an offset it would be read in the time zone of the machine.
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
