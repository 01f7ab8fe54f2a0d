"""The plans of credit cards and lines of credit."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from mikomo.ledger import entry as kinds
from mikomo.ledger.chance import Chance
from mikomo.ledger.entry import Entry, Kind
from mikomo.ledger.month import Month, banking_days
from mikomo.ledger.plan import BEGINNING, Plan, cents
from mikomo.ledger.spending import purchases, seasonal

_PAYMENT = Kind("TRANSFER", "6012", "PAYMENT")
_FINANCE_CHARGE = Kind("INTEREST", "6012", "INTEREST")


class CreditCard(Plan, frozen=True, kw_only=True, tag="creditCard"):
    """Purchases all month; on the 15th what the month before has cost is paid."""

    spending: int = 28
    """Everyday purchases a month."""
    carries: Decimal = Decimal(0)
    """A balance that is never paid off and bears a finance charge every month."""
    apr: Decimal = Decimal("0.2149")
    travels: bool = True
    """Journeys in July and presents in December are paid from here."""
    late: bool = False
    """Every third payment comes after its day, for a late fee."""
    pays_from: str | None = None
    """The account of this person that the payments come from."""

    def opening(self) -> int:
        """What it carries, and the month that has not been paid yet."""
        return cents(self.carries) - self._cost(BEGINNING.plus(-1))

    def entries(self, month: Month) -> Iterable[Entry]:
        """The month's charges and the payment of the month before."""
        yield from self._charges(month)
        paid = -self._cost(month.plus(-1))
        day = month.banking_day(24 if self._is_late(month) else 15)
        yield Entry(self.account_id, day, paid, "PAYMENT THANK YOU", _PAYMENT)
        if self.pays_from:
            text = "MIKOMO CARD PAYMENT"
            yield Entry(self.pays_from, day, -paid, text, kinds.CARD_PAYMENT)

    def _charges(self, month: Month) -> Iterator[Entry]:
        chance = Chance(self.seed, self.account_id, *month)
        yield from purchases(self.account_id, banking_days(month), self.spending, chance)
        if self.travels:
            yield from seasonal(self.account_id, month, chance)
        if self._is_late(month):
            day = month.banking_day(17)
            yield Entry(self.account_id, day, -2900, "LATE PAYMENT FEE", kinds.FEE)
        charge = int(cents(self.carries) * self.apr / 12)
        if charge:
            day = banking_days(month)[-1]
            text = "INTEREST CHARGE ON PURCHASES"
            yield Entry(self.account_id, day, -charge, text, _FINANCE_CHARGE)

    def _cost(self, month: Month) -> int:
        return sum(entry.cents for entry in self._charges(month))

    def _is_late(self, month: Month) -> bool:
        return self.late and month.number % 3 == 0


class LineOfCredit(Plan, frozen=True, kw_only=True, tag="lineOfCredit"):
    """Draws in February and August, paid back evenly over the six months after each."""

    opens_with: Decimal
    """What is owed in January 2020."""
    draw: Decimal = Decimal("1500.00")
    rate: Decimal = Decimal("0.0875")
    """The interest of a year on what it opened with, as a share."""
    pays_from: str | None = None
    """The account of this person that draws go to and payments come from."""

    def opening(self) -> int:
        """As the plan says."""
        return cents(self.opens_with)

    def entries(self, month: Month) -> Iterable[Entry]:
        """Interest and a payment; twice a year a draw."""
        if month.number in {2, 8}:
            yield from self._both(month, 4, -cents(self.draw), "LINE OF CREDIT ADVANCE")
        interest = int(cents(self.opens_with) * self.rate / 12)
        day = month.banking_day(20)
        if interest:
            yield Entry(self.account_id, day, -interest, "INTEREST CHARGE", _FINANCE_CHARGE)
        paid = cents(self.draw) // 6 + interest
        yield from self._both(month, 25, paid, "LINE OF CREDIT PAYMENT")

    def _both(self, month: Month, number: int, amount: int, text: str) -> Iterator[Entry]:
        day = month.banking_day(number)
        yield Entry(self.account_id, day, amount, text, kinds.TRANSFER)
        if self.pays_from:
            yield Entry(self.pays_from, day, -amount, text, kinds.TRANSFER)
