"""The investment account of FDX, which holds more than the other accounts do."""

from mikomo.custom_users.accounts import ATTRIBUTES, CURRENCY, EVERY_ACCOUNT, each
from mikomo.custom_users.shape import (
    AMOUNT,
    ANYTHING,
    BOOLEAN,
    STRING,
    TIME,
    WHOLE,
    ListOf,
    Members,
    Shape,
)

_ASSET_CLASSES = ListOf(Members({"assetClass": STRING, "percent": AMOUNT}))
_TAX_LOT = Members(
    each("costBasis currentValue purchasedPrice quantity", AMOUNT)
    | each("originalPurchaseDate positionType postionType", STRING)
)
_SECURITIES: dict[str, Shape] = {
    "stockSecurity": Members(
        each("unitsStreet unitsUser yield", AMOUNT)
        | each("stockType yieldAsOfDate", STRING)
        | {"reinvestDividends": BOOLEAN}
    ),
    "mutualFundSecurity": Members(
        each("unitsStreet unitsUser yield", AMOUNT)
        | each("mutualFundType yieldAsOfDate", STRING)
        | each("reinvestCapitalGains reinvestDividends", BOOLEAN)
    ),
    "optionSecurity": Members(
        each("strikePrice sharesPerContract", AMOUNT)
        | each("secured optionType expireDate", STRING)
    ),
    "debtSecurity": Members(
        each("parValue couponRate callPrice yieldToCall yieldToMaturity", AMOUNT)
        | each(
            "debtType debtClass couponDate couponMatureFrequency callDate callType"
            " bondMaturityDate",
            STRING,
        )
    ),
    "sweepSecurity": Members(
        each("currentBalance availableBalance", AMOUNT) | {"balanceAsOf": TIME, "checks": BOOLEAN}
    ),
    "otherSecurity": Members({"typeDescription": STRING}),
}
_HOLDING = Members(
    {
        **each(
            "holdingId holdingName holdingType holdingSubType description symbol securityId"
            " securityIdType positionType heldInAccount inv401kSource inv401kSurce"
            " currentUnitPriceDate expirationDate originalPurchaseDate",
            STRING,
        ),
        **each(
            "units marketValue currentUnitPrice changeInPrice purchasedPrice faceValue rate"
            " costBasis",
            AMOUNT,
        ),
        **each("averageCost cashAccount", BOOLEAN),
        **each("assetClasses fiAssetClasses", _ASSET_CLASSES),
        "currency": CURRENCY,
        "fiAttributes": ATTRIBUTES,
        **_SECURITIES,
        "taxLots": ListOf(_TAX_LOT),
    }
)
_BALANCE = Members(
    each("balanceName balanceDescription balanceType balanceDate", STRING)
    | {"balanceValue": AMOUNT, "currency": CURRENCY}
)
_CONTRIBUTION = Members(
    each(
        "employeeAfterTaxAmount employeeAfterTaxPercentage employeeDeferPreTaxAmount"
        " employeeDeferPreTaxPercentage employeePreTaxAmount employeePreTaxPercentage"
        " employeeYearToDate employerMatchAmount employerMatchPercentage employerYearToDate"
        " rolloverContributionAmount rolloverContributionPercentage",
        AMOUNT,
    )
    | each("securityId securityIdType", STRING)
)
_LOAN = Members(
    each(
        "currentLoanBalance initialLoanBalance loanInterestToDate loanPaymentAmount loanRate"
        " loanPaymentInitial loanTotalProjectedInterest",
        AMOUNT,
    )
    | each(
        "loanId loanDescription dateAsOf loanStartDate loanMaturityDate loanNextPaymentDate"
        " loanPaymentFrequency",
        STRING,
    )
    | {"loanPaymentsRemaining": WHOLE}
)
_ORDER = Members(
    each("limitPrice stopPrice unitPrice units", AMOUNT)
    | each(
        "orderId description symbol securityId securityIdType orderDate orderDuration orderType"
        " subAccount unitType inv401kSource",
        STRING,
    )
)
_PENSION = Members(
    each("asOfDate displayName frequency paymentOption startDate", STRING) | {"amount": AMOUNT}
)
_VESTING = Members(
    each(
        "otherVestAmount otherVestPercentage strikePrice unVestedBalance unVestedQuantity"
        " vestedBalance vestedQuantity vestingPercentage",
        AMOUNT,
    )
    | each("symbol vestingDate", STRING)
)

INVESTMENT: dict[str, Shape] = {
    **EVERY_ACCOUNT,
    **each(
        "currentValue availableCashBalance dailyChange percentageChange marginBalance shortBalance"
        " rolloverAmount",
        AMOUNT,
    ),
    **each("brokerId calendarYearFor401K employerName planId", STRING),
    **each("allowedCheckWriting allowedOptionTrade margin", BOOLEAN),
    "equityGrants": ListOf(ANYTHING),
    "balanceList": ListOf(_BALANCE),
    "contribution": ListOf(_CONTRIBUTION),
    "holdings": ListOf(_HOLDING),
    "investmentLoans": ListOf(_LOAN),
    "openOrders": ListOf(_ORDER),
    "pensionSource": ListOf(_PENSION),
    "vesting": ListOf(_VESTING),
}
