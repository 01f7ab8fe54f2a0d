"""The account objects of FDX as far as the bank serves them: their members and kinds."""

from mikomo.custom_users.shape import (
    AMOUNT,
    BOOLEAN,
    STRING,
    TIME,
    WHOLE,
    ListOf,
    Members,
    Shape,
)


def each(names: str, shape: Shape) -> dict[str, Shape]:
    """The same shape for several names, written in one line."""
    return dict.fromkeys(names.split(), shape)


CURRENCY = Members(each("currencyCode originalCurrencyCode", STRING) | {"currencyRate": AMOUNT})
ATTRIBUTES = ListOf(Members(each("name value", STRING)))

EVERY_ACCOUNT: dict[str, Shape] = {
    **each(
        "accountId parentAccountId accountNumber accountNumberDisplay accountType productName"
        " description nickname displayName status lineOfBusiness balanceType interestRateType"
        " interestRateAsOf micrNumber routingTransitNumber",
        STRING,
    ),
    **each("interestRate priorInterestRate", AMOUNT),
    **each("balanceAsOf lastActivityDate", TIME),
    **each("transferIn transferOut transactionsIncluded", BOOLEAN),
    "currency": CURRENCY,
    "fiAttributes": ATTRIBUTES,
}

DEPOSIT: dict[str, Shape] = {
    **EVERY_ACCOUNT,
    **each(
        "availableBalance currentBalance openingDayBalance annualPercentageYield interestYtd",
        AMOUNT,
    ),
    "term": WHOLE,
    "maturityDate": STRING,
}

LOAN: dict[str, Shape] = {
    **EVERY_ACCOUNT,
    **each(
        "principalBalance originalPrincipal payOffAmount escrowBalance interestPaidYearToDate"
        " lastPaymentAmount nextPaymentAmount",
        AMOUNT,
    ),
    **each(
        "compoundingPeriod paymentFrequency maturityDate originatingDate lastPaymentDate"
        " nextPaymentDate",
        STRING,
    ),
    **each("loanTerm totalNumberOfPayments", WHOLE),
}

LOC: dict[str, Shape] = {
    **EVERY_ACCOUNT,
    **each(
        "currentBalance principalBalance creditLine availableCredit availableCash cashAdvanceLimit"
        " advancesApr purchasesApr financeCharges minimumPaymentAmount lastPaymentAmount"
        " nextPaymentAmount pastDueAmount lastStmtBalance currentRewardsBalance pointsAccrued"
        " pointsRedeemed",
        AMOUNT,
    ),
    **each("lastPaymentDate nextPaymentDate lastStmtDate", STRING),
}

_BILL = Members(
    each(
        "autoPayAmount lastPaymentAmount minimumPaymentDue pastDueAmount statementBalance"
        " totalPaymentDue",
        AMOUNT,
    )
    | each("autoPayDate dueDate lastPaymentDate statementDate", STRING)
    | {"autoPayEnabled": BOOLEAN}
)
INSURANCE: dict[str, Shape] = {
    **EVERY_ACCOUNT,
    **each("policyCoverageAmount policyPremium", AMOUNT),
    **each("accountCategory policyPremiumTerm policyStartDate policyEndDate policyStatus", STRING),
    "bills": ListOf(_BILL),
}

ANNUITY: dict[str, Shape] = {
    **EVERY_ACCOUNT,
    **each("annualIncrease netPresentValue paymentAmount", AMOUNT),
    **each(
        "annualIncreaseType annuityProductType annuityValueBasis paymentFrequency"
        " paymentStartDate paymentEndDate periodCertainGuarantee",
        STRING,
    ),
    "totalPaymentCount": WHOLE,
}
