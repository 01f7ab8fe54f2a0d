"""What a user in a file may hold."""

import re

from mikomo.custom_users.accounts import ANNUITY, DEPOSIT, INSURANCE, LOAN, LOC, each
from mikomo.custom_users.document import TEXT
from mikomo.custom_users.investments import INVESTMENT
from mikomo.custom_users.shape import (
    ANYTHING,
    BOOLEAN,
    DATE,
    STRING,
    WHOLE,
    Decoded,
    ListOf,
    MapOf,
    Members,
    Scalar,
    Shape,
)
from mikomo.custom_users.transactions import TRANSACTION
from mikomo.ledger.books import AnyPlan
from mikomo.monthly_statements import MonthlyStatements
from mikomo.tax_years import TaxTemplate


def _one_of(*words: str) -> Scalar:
    return Scalar(f"one of {', '.join(words)}", TEXT, frozenset(words).__contains__)


# No "+": a name with one is somebody's copy. No "@": the name is the first part of an address.
_USERNAME = Scalar(
    "1 to 64 letters, digits, dots, dashes or underscores",
    TEXT,
    lambda value: re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value) is not None,
)
_STATUS = Scalar(
    "an HTTP status from 400 to 599",
    WHOLE.tag,
    lambda value: value.isdigit() and 400 <= int(value) <= 599,
)

_NAME = Members(each("first middle last prefix suffix company", STRING), ("first", "last"))
_ADDRESS = Members(each("type line1 line2 line3 city state region postalCode country", STRING))
_TELEPHONE = Members(each("type number country", STRING))
_HELD = Members(each("accountId relationship", STRING), ("accountId",))
_PERSON: dict[str, Shape] = {
    "customerId": STRING,
    "name": _NAME,
    "addresses": ListOf(_ADDRESS),
    "telephones": ListOf(_TELEPHONE),
    "email": ListOf(STRING),
    "accounts": ListOf(_HELD),
    "businessCustomer": ANYTHING,
    "relationship": STRING,
}

_ACCOUNT = Members(
    {
        "depositAccount": Members(DEPOSIT),
        "investmentAccount": Members(INVESTMENT),
        "loanAccount": Members(LOAN),
        "locAccount": Members(LOC),
        "insuranceAccount": Members(INSURANCE),
        "annuityAccount": Members(ANNUITY),
    },
    one_of=True,
)
_PAYMENT_NETWORK = Members(
    each("bankId identifier identifierType type", STRING) | each("transferIn transferOut", BOOLEAN),
    ("bankId", "identifier"),
)
_STATEMENT = Members(
    {
        **each("accountId statementId description", STRING),
        "statementDate": DATE,
        "status": _one_of("AVAILABLE", "PROCESSING", "FAILED"),
        "links": ListOf(ANYTHING),
    },
    ("statementDate",),
)

USER = Members(
    {
        "username": _USERNAME,
        "password": STRING,
        "scenario": STRING,
        "goodFor": ListOf(STRING),
        "products": ListOf(STRING),
        "customer": Members(_PERSON),
        "holders": ListOf(Members(_PERSON)),
        "accounts": ListOf(_ACCOUNT),
        "transactions": MapOf(ListOf(TRANSACTION)),
        "ledger": ListOf(Decoded(AnyPlan)),
        "paymentNetworks": MapOf(ListOf(_PAYMENT_NETWORK)),
        "statements": MapOf(ListOf(_STATEMENT)),
        "monthlyStatements": Decoded(MonthlyStatements),
        "taxStatements": ListOf(Decoded(TaxTemplate)),
        "error": Members(
            {"httpStatus": _STATUS, "code": WHOLE, "message": STRING},
            ("httpStatus", "code", "message"),
        ),
    },
    ("username",),
)
FILE = Members({"users": ListOf(USER)})
