"""Whether the parts of a user fit together, once each of them has its shape."""

from collections.abc import Iterator

import yaml

from mikomo.custom_users.completing import account_id
from mikomo.custom_users.document import TEXT, line_of
from mikomo.custom_users.shape import Fault, member

_BY_ACCOUNT = ("transactions", "paymentNetworks", "statements")


def misfits_of(user: yaml.Node, where: str) -> Iterator[Fault]:
    """What is wrong with a user whose members all have their shape."""
    accounts = member(user, "accounts")
    if accounts is None or not accounts.value:
        if member(user, "error") is None:
            yield Fault(line_of(user), f"{where}accounts", "expected at least one account")
        return
    ids: list[str] = []
    for index, entry in enumerate(accounts.value):
        (category, fields) = entry.value[0]
        given = member(fields, "accountId")
        own_id = account_id(_username(user), index) if given is None else str(given.value)
        if own_id in ids:
            place = f"{where}accounts[{index}].{category.value}.accountId"
            yield Fault(line_of(given or fields), place, "expected an id of its own")
        ids.append(own_id)
    for name in _BY_ACCOUNT:
        yield from _strangers(member(user, name), f"{where}{name}", ids)
    yield from _timeless(member(user, "transactions"), f"{where}transactions")
    yield from _nameless_forms(member(user, "taxStatements"), f"{where}taxStatements")


def _strangers(by_account: yaml.Node | None, where: str, ids: list[str]) -> Iterator[Fault]:
    for key, _ in by_account.value if by_account else ():
        if key.value not in ids:
            expected = f"expected the accountId of one of the accounts ({', '.join(ids)})"
            yield Fault(line_of(key), f"{where}.{key.value}", expected)


def _timeless(transactions: yaml.Node | None, where: str) -> Iterator[Fault]:
    for account, rows in transactions.value if transactions else ():
        for index, entry in enumerate(rows.value):
            wrapper, fields = entry.value[0]
            times = ("postedTimestamp", "transactionTimestamp")
            if all(member(fields, name) is None for name in times):
                place = f"{where}.{account.value}[{index}].{wrapper.value}"
                yield Fault(line_of(fields), place, f"expected {' or '.join(times)}")


def _nameless_forms(statements: yaml.Node | None, where: str) -> Iterator[Fault]:
    for number, statement in enumerate(statements.value if statements else ()):
        forms = member(statement, "forms")
        for index, form in enumerate(forms.value if forms else ()):
            for kind, fields in form.value:
                form_id = member(fields, "taxFormId")
                if form_id is None or form_id.tag != TEXT:
                    place = f"{where}[{number}].forms[{index}].{kind.value}.taxFormId"
                    yield Fault(line_of(form_id or fields), place, "expected a string")


def _username(user: yaml.Node) -> str:
    given = member(user, "username")
    return "" if given is None else str(given.value)
