"""Each app gets the products it was given, and no other."""

from dataclasses import replace
from typing import Any

import pytest

from easement.gateway.app import PREFIXES
from easement.products.catalogue import ENDPOINTS, PRODUCTS
from easement.products.model import Product

PATHS = {
    "accounts-info": "",
    "balances": "",
    "accounts": "",
    "taxlots": "/a1/h1",
    "transactions": "/a1",
    "customers": "/current",
    "contacts": "/a1",
    "payments": "/a1/payment-networks",
    "statements": "/a1",
    "tax-forms": "?taxYear=2020",
}


def test_every_endpoint_is_looked_at_and_belongs_to_one_product() -> None:
    assert PATHS.keys() == PREFIXES
    assert ENDPOINTS["taxlots"] is Product.INVESTMENTS
    assert ENDPOINTS["contacts"] is Product.CUSTOMERS


@pytest.mark.parametrize("endpoint", sorted(PATHS))
@pytest.mark.parametrize("product", list(Product))
@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_an_endpoint_is_open_to_apps_with_its_product_alone(
    world: Any, endpoint: str, product: Product, version: str
) -> None:
    only = frozenset({product})
    world.ports.apps["app1"] = replace(world.ports.apps["app1"], products=only)
    world.ports.bearers["good"] = replace(world.ports.bearers["good"], products=only)
    headers = {
        "x-akoya-interaction-type": "user",
        "x-akoya-last-access": "2025-11-24T00:00:00Z",
        "x-akoya-intent-type": "nonpayments",
    }
    answer = await world.get(f"/{endpoint}/{version}/mikomo{PATHS[endpoint]}", headers=headers)
    if endpoint in PRODUCTS[product].endpoints or endpoint == "accounts-info":
        assert answer.status != 403
    else:
        assert answer.error == (403, 403)
        assert answer.json["message"] == "Subscription not found"
        assert world.connector.asked == []


@pytest.mark.parametrize("endpoint", sorted(PATHS))
async def test_a_product_of_the_app_alone_or_of_the_token_alone_opens_nothing(
    world: Any, endpoint: str
) -> None:
    path = f"/{endpoint}/v2/mikomo{PATHS[endpoint]}"
    few, every = frozenset({Product.ACCOUNT_INFO}), frozenset(Product)
    for of_app, of_token in ((few, every), (every, few)):
        world.ports.apps["app1"] = replace(world.ports.apps["app1"], products=of_app)
        world.ports.bearers["good"] = replace(world.ports.bearers["good"], products=of_token)
        answer = await world.get(path)
        if endpoint == "accounts-info":
            assert answer.status == 200
        else:
            assert answer.error == (403, 403)
