"""What a file left out: names, ids and what every account has.

Ids are made from the user name and the place in the file, so that they stay the same from one
start to the next.
"""

import hashlib
import re
from typing import Any

import msgspec

from mikomo.person import Fields
from mikomo.person_file import PersonFile

_TYPES = {
    "depositAccount": "CHECKING",
    "investmentAccount": "BROKERAGE",
    "loanAccount": "PERSONALLOAN",
    "locAccount": "CREDITCARD",
    "insuranceAccount": "INSURANCE",
    "annuityAccount": "ANNUITY",
}
_NAMES = {
    "depositAccount": "Everyday Checking",
    "investmentAccount": "Brokerage",
    "loanAccount": "Personal Loan",
    "locAccount": "Credit Card",
    "insuranceAccount": "Insurance",
    "annuityAccount": "Annuity",
}
_LIABILITIES = {"loanAccount", "locAccount"}
_ADDRESS = {
    "type": "HOME",
    "line1": "1 Example Street",
    "city": "Springfield",
    "state": "IL",
    "postalCode": "62701",
    "country": "US",
}


def completed(written: bytes) -> PersonFile:
    """The user's JSON, found to be in shape, with all that a person needs."""
    user = msgspec.json.decode(written, type=Fields)
    username = msgspec.json.decode(user["username"], type=str)
    accounts = _accounts(username, user)
    ids = [fields["accountId"] for entry in accounts for fields in entry.values()]
    made = {
        "password": username,
        **user,
        "customer": _customer(username, _fields(user.get("customer")), ids),
        "accounts": accounts,
        "transactions": _rows(username, user),
        "statements": _statements(username, user),
    }
    return msgspec.json.decode(msgspec.json.encode(made), type=PersonFile)


def account_id(username: str, index: int) -> str:
    """The id of the account in this place, where the file names none."""
    return _digits(username, "account", index)


def _customer(username: str, given: Fields, ids: list[str]) -> dict[str, Any]:
    words = [
        word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", username.split("@", maxsplit=1)[0])
    ]
    first, *others = [word for word in words if word] or ["Sample"]
    return {
        "customerId": _digits(username, "customer"),
        "name": {"first": first, "last": " ".join(others) or "Sample"},
        "addresses": [_ADDRESS],
        "email": [f"{username}@example.com"],
        "accounts": [{"accountId": one, "relationship": "PRIMARY"} for one in ids],
        **given,
    }


def _accounts(username: str, user: Fields) -> list[dict[str, dict[str, Any]]]:
    given = msgspec.json.decode(user.get("accounts", b"[]"), type=list[dict[str, Fields]])
    if not given:
        # Somebody whose calls all fail can still be linked, and that takes an account.
        given = [{"depositAccount": {}}]
    return [
        {category: _account(username, index, category, fields)}
        for index, entry in enumerate(given)
        for category, fields in entry.items()
    ]


def _account(username: str, index: int, category: str, fields: Fields) -> dict[str, Any]:
    given = fields.get("accountId")
    own_id = msgspec.json.decode(given, type=str) if given else account_id(username, index)
    name = _NAMES[category]
    return {
        "accountNumberDisplay": f"*****{own_id[-4:]}",
        "accountType": _TYPES[category],
        "productName": name,
        "description": name,
        "nickname": name,
        "status": "OPEN",
        "balanceType": "LIABILITY" if category in _LIABILITIES else "ASSET",
        "currency": {"currencyCode": "USD"},
        **fields,
        "accountId": own_id,
    }


def _rows(username: str, user: Fields) -> dict[str, list[dict[str, dict[str, Any]]]]:
    given = msgspec.json.decode(
        user.get("transactions", b"{}"), type=dict[str, list[dict[str, Fields]]]
    )
    return {
        account: [
            {
                wrapper: {
                    "accountId": account,
                    "transactionId": _digits(username, account, index),
                    "status": "POSTED",
                    **fields,
                }
                for wrapper, fields in entry.items()
            }
            for index, entry in enumerate(entries)
        ]
        for account, entries in given.items()
    }


def _statements(username: str, user: Fields) -> dict[str, list[dict[str, Any]]]:
    given = msgspec.json.decode(user.get("statements", b"{}"), type=dict[str, list[Fields]])
    return {
        account: [
            {
                "statementId": _digits(username, account, "statement", index),
                "description": "Statement",
                "status": "AVAILABLE",
                **fields,
            }
            for index, fields in enumerate(entries)
        ]
        for account, entries in given.items()
    }


def _fields(raw: msgspec.Raw | None) -> Fields:
    return {} if raw is None else msgspec.json.decode(raw, type=Fields)


def _digits(*place: str | int) -> str:
    digest = hashlib.sha256("/".join(map(str, place)).encode()).digest()
    # Not 0 in front: what is read as a number by mistake still looks the same.
    return f"{10**9 + int.from_bytes(digest[:8]) % (9 * 10**9)}"
