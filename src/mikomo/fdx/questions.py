"""What every endpoint reads from a request in the same way."""

from starlette.requests import Request

from mikomo.fdx.errors import account_not_found, invalid_input
from mikomo.person import Account, Person
from mikomo.web.forms import BadParametersError, Parameters, query_of


def query_parameters(request: Request) -> Parameters:
    """The query's parameters, each given once; 400/401 otherwise."""
    try:
        query = query_of(request)
    except BadParametersError as error:
        raise invalid_input(str(error)) from error
    if query.doubled:
        raise invalid_input("expected each parameter once")
    return query


def whole_number(query: Parameters, name: str, least: int, most: int, default: int) -> int:
    """A decimal number from `least` to `most`, at most seven digits; 400/401 otherwise."""
    if name not in query:
        return default
    text = query.get(name)
    # int() would also read signs, spaces, underscores and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and least <= int(text) <= most):
        raise invalid_input(f"expected {name} to be a whole number from {least} to {most}")
    return int(text)


def account_of(person: Person, request: Request) -> Account:
    """The person's account that the path names; 404/701 otherwise."""
    wanted = request.path_params["account_id"]
    for account in person.accounts:
        if account.account_id == wanted:
            return account
    raise account_not_found()
