"""FDX enumerations, and the member that a bank's own spelling stands for.

Banks write these values in their own words; `mode=standard` answers in FDX's. Members are those of
FDX 4.5, which the product API speaks. A word is compared without case, spaces and punctuation.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_SIGNS = re.compile(r"[^0-9a-z]+")


def _plain(word: str) -> str:
    return _SIGNS.sub("", word.lower())


class Enumeration:
    """The members, and other spellings of some of them."""

    def __init__(self, members: str, synonyms: Mapping[str, str] | None = None) -> None:
        self.members = frozenset(members.split())
        self._by_word = {_plain(member): member for member in self.members}
        for member, words in (synonyms or {}).items():
            self._by_word.update((_plain(word), member) for word in words.split())

    def member(self, word: str) -> str | None:
        """The member that `word` stands for; None where it stands for none."""
        return self._by_word.get(_plain(word))


def _same(wrappers: Iterable[str], enumeration: Enumeration) -> dict[str, Enumeration]:
    return dict.fromkeys(wrappers, enumeration)


_CASH_TRANSACTIONS = Enumeration(
    """
    CHECK WITHDRAWAL TRANSFER POSDEBIT ATMWITHDRAWAL BILLPAYMENT FEE DEPOSIT ADJUSTMENT INTEREST
    DIVIDEND DIRECTDEPOSIT ATMDEPOSIT POSCREDIT
    """,
    {
        "CHECK": "CHK CHEQUE CHECKPAID",
        "WITHDRAWAL": "WITHDRAW WD",
        "TRANSFER": "XFER TRN WIRE",
        "POSDEBIT": "POS PURCHASE CARDPURCHASE DEBITCARD",
        "ATMWITHDRAWAL": "ATM CASHWITHDRAWAL",
        "BILLPAYMENT": "BILLPAY PAYMENT",
        "FEE": "FEES SRVCHG SERVICECHARGE",
        "DEPOSIT": "DEP",
        "INTEREST": "INT",
        "DIVIDEND": "DIV",
        "DIRECTDEPOSIT": "DIRECTDEP PAYROLL ACHCREDIT",
        "POSCREDIT": "REFUND RETURN",
    },
)
_LENDING_TRANSACTIONS = Enumeration(
    "ADJUSTMENT FEE INTEREST PAYMENT",
    {"FEE": "FEES SRVCHG SERVICECHARGE", "INTEREST": "INT", "PAYMENT": "PMT BILLPAYMENT"},
)
_INVESTMENT_TRANSACTIONS = Enumeration(
    """
    PURCHASED SOLD PURCHASEDTOCOVER ADJUSTMENT PURCHASETOOPEN PURCHASETOCLOSE SOLDTOOPEN SOLDTOCLOSE
    INTEREST MARGININTEREST REINVESTOFINCOME RETURNOFCAPITAL TRANSFER CONTRIBUTION FEE
    OPTIONEXERCISE OPTIONEXPIRATION DIVIDEND DIVIDENDREINVEST SPLIT CLOSURE INCOME EXPENSE
    CLOSUREOPT INVEXPENSE JRNLSEC JRNLFUND OTHER DIV SRVCHG DEP DEPOSIT ATM POS XFER CHECK PAYMENT
    CASH DIRECTDEP DIRECTDEBIT REPEATPMT
    """,
    {
        "PURCHASED": "BUY BOUGHT PURCHASE",
        "SOLD": "SELL SALE",
        "INTEREST": "INT",
        "REINVESTOFINCOME": "REINVEST REINVESTMENT",
        "CONTRIBUTION": "CONTRIB",
        "FEE": "FEES",
        "SPLIT": "STOCKSPLIT",
    },
)

TRANSACTION_TYPES: Mapping[str, Enumeration] = MappingProxyType(
    {
        **_same(("depositTransaction", "locTransaction"), _CASH_TRANSACTIONS),
        **_same(("loanTransaction", "insuranceTransaction"), _LENDING_TRANSACTIONS),
        "investmentTransaction": _INVESTMENT_TRANSACTIONS,
    }
)
"""By transaction wrapper key."""

ACCOUNT_TYPES: Mapping[str, Enumeration] = MappingProxyType(
    {
        "depositAccount": Enumeration(
            "CD CHECKING ESCROW MONEYMARKET SAVINGS",
            {
                "CD": "CERTIFICATEOFDEPOSIT TIMEDEPOSIT",
                "CHECKING": "DDA CHEQUING CURRENT",
                "MONEYMARKET": "MMA MONEYMARKETDEPOSIT",
                "SAVINGS": "SAV SAVING",
            },
        ),
        "investmentAccount": Enumeration(
            """
            401A 401K 403B 529 COVERDELL ESOP GUARDIAN INSTITUTIONALTRUST IRA KEOGH ROLLOVER ROTH
            SARSEP TAXABLE TDA TRUST UGMA UTMA
            """,
            {
                "401K": "401KPLAN",
                "529": "COLLEGESAVINGS 529PLAN",
                "COVERDELL": "ESA",
                # A beneficiary's, a rollover's and a traditional one by the codes of brokers.
                "IRA": "IRAB TRADITIONALIRA",
                "ROLLOVER": "IRRL ROLLOVERIRA",
                "ROTH": "ROTHIRA",
                # Individual, joint, in common, and those with a transfer on death.
                "TAXABLE": "I J TIC TODI TODJ BROKERAGE INDIVIDUAL JOINT",
            },
        ),
        "loanAccount": Enumeration(
            """
            AUTOLOAN COMMERCIALLOAN HOMEEQUITYLOAN INSTALLMENT LOAN MILITARYLOAN MORTGAGE
            PERSONALLOAN SMBLOAN STUDENTLOAN
            """,
            {"AUTOLOAN": "AUTO CARLOAN", "MORTGAGE": "HOMELOAN", "STUDENTLOAN": "STUDENT"},
        ),
        "locAccount": Enumeration(
            "CHARGE COMMERCIALLINEOFCREDIT CREDITCARD HOMELINEOFCREDIT LINEOFCREDIT",
            {"CREDITCARD": "CARD CC", "HOMELINEOFCREDIT": "HELOC", "LINEOFCREDIT": "LOC"},
        ),
        # FDX 4.5 names no kinds of insurance.
        "insuranceAccount": Enumeration(""),
        "annuityAccount": Enumeration("ANNUITY"),
    }
)
"""By account wrapper key."""

ACCOUNT_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "annuityAccount": "ANNUITY_ACCOUNT",
        "depositAccount": "DEPOSIT_ACCOUNT",
        "insuranceAccount": "INSURANCE_ACCOUNT",
        "investmentAccount": "INVESTMENT_ACCOUNT",
        "loanAccount": "LOAN_ACCOUNT",
        "locAccount": "LOC_ACCOUNT",
    }
)
"""``accountCategory`` by account wrapper key."""

ACCOUNT_STATUS = Enumeration(
    "OPEN CLOSED PENDINGOPEN PENDINGCLOSE DELINQUENT PAID NEGATIVECURRENTBALANCE",
    {
        "OPEN": "ACTIVE OPENED",
        "CLOSED": "CLOSE",
        "DELINQUENT": "PASTDUE",
        "PAID": "PAIDOFF",
        "NEGATIVECURRENTBALANCE": "OVERDRAWN",
    },
)
TRANSACTION_STATUS = Enumeration(
    "PENDING MEMO POSTED AUTHORIZATION",
    {"POSTED": "BOOKED CLEARED COMPLETED SETTLED", "AUTHORIZATION": "AUTHORIZED"},
)
DEBIT_CREDIT_MEMO = Enumeration("DEBIT CREDIT", {"DEBIT": "D DR DBIT", "CREDIT": "C CR CRDT"})
SECURITY_ID_TYPE = Enumeration("CUSIP ISIN SEDOL SICC VALOR WKN", {"CUSIP": "BUSIP"})
