"""The scopes the bank knows, and what each lets a network do, in plain words."""

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
PROFILE = "profile"
EMAIL = "email"
ACCOUNTS = "accounts"
CUSTOMER = "customer"
TAX = "tax"

SUPPORTED = (OPENID, OFFLINE_ACCESS, PROFILE, EMAIL, ACCOUNTS, CUSTOMER, TAX)

PLAIN_WORDS = {
    ACCOUNTS: (
        "Your accounts",
        (
            "Names, types, balances, transactions, statements, what the accounts hold, and the "
            "last digits of their numbers. An app that asks for payments may get the full account "
            "and routing numbers."
        ),
    ),
    CUSTOMER: ("Your contact details", "Your name, address, telephone number and e-mail address."),
    TAX: (
        "Your tax forms",
        "The forms that were issued to you, with the amounts, names and tax numbers on them.",
    ),
    OFFLINE_ACCESS: (
        "Until you revoke it",
        "Data can be read while you are away. You can revoke access at Mikomo any day.",
    ),
}


def known(requested: str) -> str:
    """The supported scopes among the requested, each once; unknown ones are left out.

    RFC 6749, section 3.3 allows that; the token answer says what was granted.
    """
    return " ".join(dict.fromkeys(name for name in requested.split() if name in SUPPORTED))
