"""Names and addresses as they stand on paper."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

PARTY = frozenset({"address", "businessName", "individualName", "partyType", "phone", "tin"})


def postal_lines(customer: msgspec.Raw) -> tuple[str, ...]:
    """The first address of a customer record, line by line; nothing where it has none."""
    addresses = json.loads(bytes(customer)).get("addresses")
    return tuple(_address_lines(addresses[0])) if addresses else ()


def party_lines(party: Mapping[str, Any]) -> tuple[str, ...]:
    """Name, address and tax number of an FDX tax party (the members in `PARTY`), line by line."""
    tin = party.get("tin")
    return (
        *_name_lines(party),
        *_address_lines(party.get("address") or {}),
        *([f"TIN {tin}"] if tin else []),
    )


def _name_lines(party: Mapping[str, Any]) -> Iterator[str]:
    individual = party.get("individualName") or {}
    if name := _together(individual, "first", "middle", "last", "suffix"):
        yield name
    yield from _present(party.get("businessName") or {}, "name1", "name2")


def _address_lines(address: Mapping[str, Any]) -> Iterator[str]:
    yield from _present(address, "line1", "line2", "line3")
    # A customer record says state where a party's address says region.
    region = _together(address, "state", "region", "postalCode")
    if place := ", ".join([*_present(address, "city"), *([region] if region else [])]):
        yield place
    if address.get("country") != "US":
        yield from _present(address, "country")


def _together(record: Mapping[str, Any], *names: str) -> str:
    return " ".join(_present(record, *names))


def _present(record: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        if record.get(name):
            yield str(record[name])
