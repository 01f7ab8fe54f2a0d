"""Account categories: an account travels as an object with one key that names its category."""

WRAPPERS = frozenset(
    {
        "depositAccount",
        "loanAccount",
        "locAccount",
        "investmentAccount",
        "insuranceAccount",
        "annuityAccount",
    }
)
