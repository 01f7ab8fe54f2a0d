"""Account documents joined into what the page shows: categories of cards with their amounts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from easement_demo.amounts import Amount, read_amount, read_currency, total

SHOWN_ACCOUNTS = 200

_CATEGORIES = {
    "depositAccount": "Cash",
    "locAccount": "Cards and credit lines",
    "loanAccount": "Loans",
    "investmentAccount": "Investments",
    "annuityAccount": "Annuities",
    "insuranceAccount": "Insurance",
}
_OTHER = "Other accounts"

_KINDS = {
    "depositAccount": "Deposit account",
    "locAccount": "Line of credit",
    "loanAccount": "Loan",
    "investmentAccount": "Investment account",
    "annuityAccount": "Annuity",
    "insuranceAccount": "Insurance",
}
_BANK_CODE = re.compile(r"[A-Z0-9]{1,4}")

_AMOUNTS = {
    "depositAccount": (("currentBalance", "Balance"), ("availableBalance", "Available")),
    "locAccount": (("currentBalance", "Owed"), ("availableCredit", "Available credit")),
    "loanAccount": (("principalBalance", "Principal"), ("nextPaymentAmount", "Next payment")),
    "investmentAccount": (("currentValue", "Value"), ("availableCashBalance", "Cash to invest")),
    "annuityAccount": (("netPresentValue", "Present value"), ("paymentAmount", "Payment")),
    "insuranceAccount": (("policyCoverageAmount", "Coverage"), ("policyPremium", "Premium")),
}


@dataclass(frozen=True)
class AccountCard:
    """One account as shown."""

    name: str
    number: str | None
    kind: str
    amounts: list[tuple[str, Amount]]
    """Names and amounts, the one that matters most first."""
    main: Amount | None
    holdings: int | None
    error: str | None
    """Why the bank could not give this account, in the bank's words."""


@dataclass
class AccountGroup:
    """The accounts of one category."""

    title: str
    cards: list[AccountCard] = field(default_factory=list)

    @property
    def total(self) -> Amount | None:
        """The sum of the main amounts, where a sum makes sense."""
        return total([card.main for card in self.cards])


@dataclass(frozen=True)
class Overview:
    """Everything the accounts page shows of the data."""

    groups: list[AccountGroup]
    left_out: int


def overview(info: Any, balances: Any, investments: Any) -> Overview:
    """Join the decoded answers of the three products; any of them may be None or misshapen."""
    with_balances = {_key(account): account for _, account in _accounts(balances)}
    with_holdings = {_key(account): account for _, account in _accounts(investments)}
    listed = list(_accounts(info)) or list(_accounts(balances))
    groups: dict[str, AccountGroup] = {
        title: AccountGroup(title) for title in (*_CATEGORIES.values(), _OTHER)
    }
    for category, account in listed[:SHOWN_ACCOUNTS]:
        key = _key(account)
        title = _CATEGORIES.get(category, _OTHER)
        groups[title].cards.append(
            _card(
                category,
                account,
                with_balances.get(key, {}) if key else account,
                with_holdings.get(key, {}),
            )
        )
    return Overview(
        groups=[group for group in groups.values() if group.cards],
        left_out=max(0, len(listed) - SHOWN_ACCOUNTS),
    )


def _accounts(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    items = document.get("accounts") if isinstance(document, dict) else None
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            for category, account in item.items():
                if isinstance(account, dict):
                    yield category, account


def _card(
    category: str,
    account: dict[str, Any],
    balance: dict[str, Any],
    investment: dict[str, Any],
) -> AccountCard:
    currency = read_currency(balance) or read_currency(account)
    amounts = [
        (name, amount)
        for field_name, name in _AMOUNTS.get(category, ())
        if (amount := read_amount(balance.get(field_name), currency)) is not None
    ]
    holdings = investment.get("holdings")
    main_name = _AMOUNTS[category][0][1] if category in _AMOUNTS else None
    number = _text(account, "accountNumberDisplay")
    return AccountCard(
        name=_text(account, "nickname", "description", "productName") or "Account",
        number=number,
        kind=_kind(category, account, number),
        amounts=amounts,
        main=next((amount for name, amount in amounts if name == main_name), None),
        holdings=len(holdings) if isinstance(holdings, list) else None,
        error=_account_error(balance) or _account_error(account),
    )


def _kind(category: str, account: dict[str, Any], number: str | None) -> str:
    # Banks put their own codes ("I", "IRRL") and placeholders here, which tell a person nothing.
    for name in ("productName", "accountType"):
        value = _text(account, name)
        if value is not None and value != number and not _BANK_CODE.fullmatch(value):
            return value
    return _KINDS.get(category, "Account")


def _account_error(account: dict[str, Any]) -> str | None:
    # Status 206: a failing account keeps its ids and says what went wrong in its own place.
    error = account.get("error")
    if not isinstance(error, dict):
        return None
    return f"{error.get('code', '')} {error.get('message', '')}".strip() or "not available"


def _text(account: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = account.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:120]
    return None


def _key(account: dict[str, Any]) -> str | None:
    account_id = account.get("accountId")
    return account_id if isinstance(account_id, str) else None
