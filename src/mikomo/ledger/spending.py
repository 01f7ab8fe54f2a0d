"""What households buy: the purchases and bills of one month."""

from collections.abc import Iterator, Sequence
from datetime import date

from mikomo.ledger.chance import Chance
from mikomo.ledger.entry import Entry, Kind
from mikomo.ledger.merchants import EVERYDAY, GIFTS, TRAVEL, Bill, Merchant
from mikomo.ledger.month import Month, banking_days


def purchases(account_id: str, days: Sequence[date], count: int, chance: Chance) -> Iterator[Entry]:
    """So many everyday purchases on some of `days`."""
    for _ in range(count):
        yield purchase(account_id, chance.pick(days), chance.pick(EVERYDAY), chance)


def seasonal(account_id: str, month: Month, chance: Chance) -> Iterator[Entry]:
    """The journey of the summer and the presents of the winter."""
    days = banking_days(month)
    if month.number == 7:
        for merchant in TRAVEL:
            yield purchase(account_id, chance.pick(days), merchant, chance)
    elif month.number == 12:
        for _ in range(5):
            yield purchase(account_id, chance.pick(days), chance.pick(GIFTS), chance)


def purchase(account_id: str, day: date, merchant: Merchant, chance: Chance) -> Entry:
    """One purchase at a merchant."""
    return Entry(
        account_id,
        day,
        -chance.between(merchant.least, merchant.most),
        merchant.name,
        Kind("POSDEBIT", merchant.category, merchant.sub_category),
    )


def bill(account_id: str, month: Month, due: Bill, chance: Chance) -> Entry:
    """The month's bill of one payee."""
    return Entry(
        account_id,
        month.banking_day(due.day),
        -chance.between(due.least, due.most),
        due.payee,
        Kind(due.transaction_type, due.category, due.sub_category),
    )
