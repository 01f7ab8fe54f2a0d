"""Which field of an account belongs to which product.

`/accounts-info` and `/balances` answer exactly the fields of their product and category;
`/accounts` (the investments product) answers also what no product knows, but never a field that
belongs to a product outside it. Account and routing numbers leave through payments alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from easement.products.model import Product

_V = TypeVar("_V")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANY_CATEGORY = _words(
    """
    accountId accountType accountNumberDisplay currency description fiAttributes nickname
    productName status lineOfBusiness balanceType interestRate interestRateType interestRateAsOf
    lastActivityDate micrNumber parentAccountId priorInterestRate transferIn transferOut
    """
)
# In no schema, yet in what banks send and clients read. `error` marks an account that failed.
_EVERYWHERE = frozenset({"displayName", "transactionsIncluded", "error"})

_INFO = {
    "depositAccount": "annualPercentageYield term maturityDate",
    "loanAccount": """
        compoundingPeriod loanTerm maturityDate originatingDate paymentFrequency
        totalNumberOfPayments
        """,
    "locAccount": "",
    "investmentAccount": """
        allowedCheckWriting allowedOptionTrade brokerId calendarYearFor401K employerName margin
        planId
        """,
    "insuranceAccount": "accountCategory",
    "annuityAccount": "annuityProductType annuityValueBasis paymentFrequency",
}
_BALANCES = {
    "depositAccount": "balanceAsOf openingDayBalance availableBalance interestYtd currentBalance",
    "loanAccount": """
        balanceAsOf escrowBalance interestPaidYearToDate lastPaymentAmount lastPaymentDate
        nextPaymentAmount nextPaymentDate originalPrincipal payOffAmount principalBalance
        """,
    "locAccount": """
        balanceAsOf advancesApr availableCash availableCredit cashAdvanceLimit creditLine
        currentBalance currentRewardsBalance financeCharges lastPaymentAmount lastPaymentDate
        lastStmtBalance lastStmtDate minimumPaymentAmount nextPaymentAmount nextPaymentDate
        pastDueAmount pointsAccrued principalBalance pointsRedeemed purchasesApr
        """,
    "investmentAccount": """
        availableCashBalance balanceAsOf balanceList currentValue dailyChange marginBalance
        percentageChange rolloverAmount shortBalance
        """,
    "insuranceAccount": """
        policyCoverageAmount policyStartDate policyEndDate policyPremium policyPremiumTerm
        """,
    "annuityAccount": """
        annualIncrease annualIncreaseType netPresentValue paymentAmount paymentStartDate
        paymentEndDate periodCertainGuarantee totalPaymentCount
        """,
}
_INVESTMENTS = {
    "investmentAccount": """
        holdings openOrders contribution vesting investmentLoans pensionSource equityGrants
        """,
}

CATEGORIES = frozenset(_INFO)


def _plain(field: str) -> str:
    return field.replace("_", "").replace("-", "").lower()


# A bank that spells one of these another way must not get it past us: compared without case,
# hyphens and underscores.
_OTHER_PRODUCTS = frozenset(
    _plain(field)
    for field in _words(
        """
        bankTransferNumber iban paymentNetworks
        transactions
        contact contacts holders accountHolders customer customers addresses emails telephones
        statements
        taxForms taxStatements
        """
    )
)


def _permitted(category: str, *tables: Mapping[str, str]) -> frozenset[str]:
    own = (_words(table.get(category, "")) for table in tables)
    return _ANY_CATEGORY.union(_EVERYWHERE, *own)


_PERMITTED: Mapping[tuple[Product, str], frozenset[str]] = MappingProxyType(
    {
        (product, category): _permitted(category, *tables)
        for category in CATEGORIES
        for product, tables in (
            (Product.ACCOUNT_INFO, (_INFO,)),
            (Product.BALANCES, (_INFO, _BALANCES)),
            (Product.INVESTMENTS, (_INFO, _BALANCES, _INVESTMENTS)),
        )
    }
)
_NONE: frozenset[str] = frozenset()


def _is_elsewhere(field: str) -> bool:
    """Whether a field that no table lists belongs to another product; any name that speaks of an
    account or routing number does."""
    plain = _plain(field)
    return plain in _OTHER_PRODUCTS or "accountnumber" in plain or "routing" in plain


def allowed(product: Product, category: str, field: str) -> bool:
    """Whether `field` of an account of `category` (FDX wrapper key) may leave under `product`.

    Knows the three products that list accounts; answers False for every other product or category.
    """
    permitted = _PERMITTED.get((product, category), _NONE)
    return field in permitted or (
        product is Product.INVESTMENTS and category in CATEGORIES and not _is_elsewhere(field)
    )


def project(product: Product, category: str, fields: Mapping[str, _V]) -> dict[str, _V]:
    """The fields that may leave, in the bank's order, values untouched."""
    permitted = _PERMITTED.get((product, category), _NONE)
    if product is Product.INVESTMENTS:
        return {
            name: value
            for name, value in fields.items()
            if name in permitted or allowed(product, category, name)
        }
    return {name: value for name, value in fields.items() if name in permitted}
