"""A person as one connection may see them: with the accounts that were left in it."""

import msgspec

from mikomo.person import Fields, Person


class _AccountKey(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str


def narrowed(person: Person, account_ids: tuple[str, ...] | None) -> Person:
    """The same person without the other accounts, wherever those are named; None keeps all."""
    if account_ids is None:
        return person
    kept = frozenset(account_ids)
    customer = msgspec.json.decode(person.customer, type=Fields)
    return msgspec.structs.replace(
        person,
        accounts=tuple(account for account in person.accounts if account.account_id in kept),
        customer=msgspec.Raw(msgspec.json.encode(_without_others(customer, kept))),
        holders=tuple(_without_others(holder, kept) for holder in person.holders),
        payment_networks={
            account_id: networks
            for account_id, networks in person.payment_networks.items()
            if account_id in kept
        },
        tax_statements=tuple(
            statement
            for statement in person.tax_statements
            if statement.account_id is None or statement.account_id in kept
        ),
    )


def _without_others(record: Fields, kept: frozenset[str]) -> Fields:
    if "accounts" not in record:
        return record
    named = msgspec.json.decode(record["accounts"], type=list[msgspec.Raw])
    listed = [raw for raw in named if msgspec.json.decode(raw, type=_AccountKey).account_id in kept]
    return {**record, "accounts": msgspec.Raw(msgspec.json.encode(listed))}
