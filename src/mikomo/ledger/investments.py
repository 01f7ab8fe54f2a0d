"""The plans of investment accounts: what comes in is invested the same day."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from mikomo.ledger import entry as kinds
from mikomo.ledger.entry import Entry, Kind, money
from mikomo.ledger.month import Month, banking_days
from mikomo.ledger.plan import Plan, cents

_MOVED_IN = Kind("XFER", "6211", "TRANSFER")
_BOUGHT = Kind("PURCHASED", "6211", "BUY")
_SOLD = Kind("SOLD", "6211", "SELL")
_DIVIDEND = Kind("DIV", "6211", "DIVIDEND")
_REINVESTED = Kind("REINVESTOFINCOME", "6211", "REINVESTMENT")
_CONTRIBUTION = Kind("CONTRIBUTION", "6211", "CONTRIBUTION")
_VESTED = Kind("JRNLSEC", "6211", "VESTING")
_WITHHELD = Kind("TRANSFER", "6211", "TAX_WITHHOLDING")
_OPENED = Kind("SOLDTOOPEN", "6211", "OPTION")
_EXPIRED = Kind("OPTIONEXPIRATION", "6211", "OPTION")


class Security(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is bought, as far as a row names it."""

    symbol: str
    name: str
    cusip: str
    price: Decimal
    units: Decimal = Decimal(0)
    """How many pay a dividend each quarter."""
    dividend: Decimal = Decimal(0)
    """What one unit pays a quarter."""
    type: Literal["STOCK", "MUTUALFUND", "DEBT", "OPTION"] = "MUTUALFUND"


class InvestmentPlan(Plan, frozen=True, kw_only=True):
    """What every investment account can do."""

    security: Security
    """What contributions and settled surpluses buy."""
    opens_with: Decimal = Decimal(0)
    """The cash that stays uninvested."""

    def opening(self) -> int:
        """As the plan says."""
        return cents(self.opens_with)

    def receive(self, day: date, amount: int, text: str) -> Iterator[Entry]:
        """Money that came from another account, and what it buys."""
        yield Entry(self.account_id, day, amount, text, _MOVED_IN, {"transferAction": "IN"})
        yield self.trade(day, -amount, self.security, _BOUGHT, f"YOU BOUGHT {self.security.name}")

    def trade(
        self, day: date, amount: int, security: Security, kind: Kind, text: str, **more: Any
    ) -> Entry:
        """Money turned into a security, or the other way about; units have the opposite sign."""
        fields = {
            **_names(security),
            "units": _units(-amount, security.price),
            "unitPrice": money(cents(security.price)),
            "commission": money(0),
            "fees": money(0),
            **more,
        }
        return Entry(self.account_id, day, amount, text, kind, fields)


class Brokerage(InvestmentPlan, frozen=True, kw_only=True, tag="brokerage"):
    """Monthly investing, dividends that are reinvested, and covered calls if wanted."""

    contribution: Decimal = Decimal(0)
    """Invested on the 7th of every month."""
    pays_from: str | None = None
    """The account of this person that contributions come from."""
    dividends: tuple[Security, ...] = ()
    writes_calls_on: Security | None = None
    """A call option on it is sold every month and expires."""

    def entries(self, month: Month) -> Iterable[Entry]:
        """One month of the account."""
        if self.contribution:
            day = month.banking_day(7)
            amount = cents(self.contribution)
            yield from self.receive(day, amount, "ELECTRONIC FUNDS TRANSFER RECEIVED")
            if self.pays_from:
                text = "TRANSFER TO MIKOMO INVEST"
                yield Entry(self.pays_from, day, -amount, text, kinds.TRANSFER)
        if self.writes_calls_on is not None:
            yield from self._covered_call(month, self.writes_calls_on)
        if month.number % 3 == 0:
            for security in self.dividends:
                yield from self._dividend(month, security)

    def _dividend(self, month: Month, security: Security) -> Iterator[Entry]:
        day = month.banking_day(16)
        paid = int(security.units * security.dividend * 100)
        names = _names(security)
        text = f"DIVIDEND RECEIVED {security.name}"
        yield Entry(self.account_id, day, paid, text, _DIVIDEND, {**names, "incomeType": "MISC"})
        yield self.trade(day, -paid, security, _REINVESTED, f"REINVESTMENT {security.name}")

    def _covered_call(self, month: Month, on: Security) -> Iterator[Entry]:
        opened, expires = month.banking_day(2), month.banking_day(19)
        premium = int(on.price * 100 * 100 * Decimal("0.012"))
        symbol = f"{on.symbol}{expires:%y%m%d}C{int(on.price * Decimal('1.1'))}"
        names = {"symbol": symbol, "securityType": "OPTION", "units": -1, "positionType": "SHORT"}
        text = f"YOU SOLD OPENING TRANSACTION CALL ({on.symbol}) {on.name} (100 SHS)"
        yield Entry(self.account_id, opened, premium, text, _OPENED, names)
        text = f"YOU BOUGHT {self.security.name}"
        yield self.trade(opened, -premium, self.security, _BOUGHT, text)
        text = f"EXPIRED CALL ({on.symbol}) {on.name} (100 SHS)"
        yield Entry(self.account_id, expires, 0, text, _EXPIRED, {**names, "units": 1})


class Retirement(InvestmentPlan, frozen=True, kw_only=True, tag="retirement"):
    """Contributions from each of the month's two payrolls, with an employer's match."""

    contribution: Decimal
    """The employee's, at each payroll."""
    match: Decimal = Decimal(0)
    """The employer's, at each payroll."""

    def entries(self, month: Month) -> Iterable[Entry]:
        """The contributions and what they buy."""
        sources = (("PRETAX", self.contribution), ("MATCH", self.match))
        for day in (month.banking_day(15), banking_days(month)[-1]):
            for source, amount in sources:
                if amount:
                    yield from self._contribution(day, source, cents(amount))

    def _contribution(self, day: date, source: str, amount: int) -> Iterator[Entry]:
        party = "EMPLOYER MATCH" if source == "MATCH" else "EMPLOYEE CONTRIBUTION"
        fields = {"inv401kSource": source, "payrollDate": day.isoformat()}
        yield Entry(self.account_id, day, amount, party, _CONTRIBUTION, fields)
        text = f"YOU BOUGHT {self.security.name}"
        yield self.trade(day, -amount, self.security, _BOUGHT, text, inv401kSource=source)


class StockPlan(InvestmentPlan, frozen=True, kw_only=True, tag="stockPlan"):
    """Shares of the employer that vest each quarter, some of them sold to cover taxes."""

    vests: int = 60
    """Shares a quarter."""

    def entries(self, month: Month) -> Iterable[Entry]:
        """A vesting in February, May, August and November."""
        if month.number % 3 != 2:
            return
        day = month.banking_day(15)
        name = self.security.name
        fields = {**_names(self.security), "units": self.vests, "transferAction": "IN"}
        text = f"RESTRICTED STOCK VESTED {name}"
        yield Entry(self.account_id, day, 0, text, _VESTED, fields)
        withheld = cents(self.security.price) * (self.vests // 3)
        yield self.trade(day, withheld, self.security, _SOLD, f"SOLD TO COVER TAXES {name}")
        text = "TAXES WITHHELD ON VESTING"
        yield Entry(self.account_id, day, -withheld, text, _WITHHELD, {"transferAction": "OUT"})


def _names(security: Security) -> dict[str, Any]:
    return {
        "symbol": security.symbol,
        "securityId": security.cusip,
        "securityIdType": "CUSIP",
        "securityType": security.type,
        "positionType": "LONG",
        "subAccountFund": "CASH",
        "subAccountSec": "CASH",
    }


def _units(amount: int, price: Decimal) -> msgspec.Raw:
    return msgspec.Raw(f"{Decimal(amount) / 100 / price:.3f}".encode())
