"""The transaction objects of FDX, by the category of their account."""

from mikomo.custom_users.accounts import ATTRIBUTES, each
from mikomo.custom_users.shape import (
    ANYTHING,
    BOOLEAN,
    FIXED_AMOUNT,
    FIXED_TIME,
    STRING,
    WHOLE,
    ListOf,
    Members,
    Shape,
)

_EVERY: dict[str, Shape] = {
    **each(
        "accountId transactionId transactionType debitCreditMemo description category subCategory"
        " status memo reference referenceTransactionId foreignCurrency",
        STRING,
    ),
    **each("amount foreignAmount", FIXED_AMOUNT),
    **each("postedTimestamp transactionTimestamp", FIXED_TIME),
    **each("imageIds lineItem links", ListOf(ANYTHING)),
    "fiAttributes": ATTRIBUTES,
}
_DEPOSIT = {**_EVERY, "payee": STRING, "checkNumber": WHOLE}
_LOAN = {**_EVERY, "paymentDetails": ANYTHING}
_LOC = {**_LOAN, "checkNumber": WHOLE}
_INVESTMENT = {
    **_EVERY,
    **each(
        "accruedInterest commission faceValue fees fractionalCash gain load loanInterest"
        " loanPrincipal markup newUnits oldUnits penalty price runningBalance shares"
        " splitRatioDenominator splitRatioNumerator stateWithholding taxes unitPrice units"
        " withholding",
        FIXED_AMOUNT,
    ),
    **each(
        "confirmationNumber incomeType inv401kSource loanId payrollDate positionType securityId"
        " securityIdType securityType subAccountFund subAccountSec symbol transactionReason"
        " transferAction unitType",
        STRING,
    ),
    **each("priorYearContrib taxExempt", BOOLEAN),
}

_NEEDED = ("amount",)
TRANSACTION = Members(
    {
        "depositTransaction": Members(_DEPOSIT, _NEEDED),
        "investmentTransaction": Members(_INVESTMENT, _NEEDED),
        "loanTransaction": Members(_LOAN, _NEEDED),
        "locTransaction": Members(_LOC, _NEEDED),
        "insuranceTransaction": Members(_EVERY, _NEEDED),
    },
    one_of=True,
)
