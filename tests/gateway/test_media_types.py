"""The Accept header: what is chosen, and what is refused on every endpoint alike."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.gateway.media_types import JSON, PDF, STATEMENT_TYPES, choose

CHOICES = [
    (None, PDF),
    ("", PDF),
    (" , ", PDF),
    ("*/*", PDF),
    ("*", PDF),
    ("application/*", PDF),
    ("image/*", "image/jpeg"),
    ("image/jpg", "image/jpeg"),
    ("IMAGE/PNG", "image/png"),
    ("image/gif", "image/gif"),
    ("image/tiff", "image/tiff"),
    ("image/png, application/pdf", PDF),
    ("image/png, application/pdf;q=0.9", "image/png"),
    ("application/pdf;q=0, */*", "image/jpeg"),
    ("application/pdf;q=0.000,image/*;q=0.5", "image/jpeg"),
    ("*/*;q=0.1, image/tiff;q=0.2", "image/tiff"),
    ("image/*;q=0.9, image/jpeg;q=0.1", "image/png"),
    ("application/pdf;version=1.7", PDF),
    ('application/pdf;title="a,b;q=0";q=0.5, image/gif;q=0.4', PDF),
    ("application/pdf ; Q = 1.0", PDF),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "image/jpeg"),
    ("application/json, application/pdf;q=0.1", PDF),
    ("nonsense, image/png", "image/png"),
    ("image/png;q=high, image/gif;q=0.1", "image/gif"),
    ("image/png;q=7", None),
    ("application/json", None),
    ("text/xml", None),
    ("image/webp", None),
    ("application/pdf;q=0", None),
    ("*/*;q=0", None),
    ("nonsense", None),
    ("application/*;q=0, application/json", None),
    ('"', None),
]


@pytest.mark.parametrize(("accept", "chosen"), CHOICES)
def test_the_statement_types_are_negotiated_as_rfc_9110_says(
    accept: str | None, chosen: str | None
) -> None:
    assert choose([] if accept is None else [accept], STATEMENT_TYPES) == chosen


def test_several_headers_count_as_one() -> None:
    assert choose(["text/html", "image/png"], STATEMENT_TYPES) == "image/png"


@given(st.lists(st.text(alphabet='*/;,="q\\ .01ajpdfinosctgm+', max_size=60), max_size=3))
def test_whatever_the_header_an_offer_or_nothing_is_chosen(accept: list[str]) -> None:
    assert choose(accept, STATEMENT_TYPES) in {*STATEMENT_TYPES, None}


@given(st.lists(st.sampled_from(STATEMENT_TYPES), min_size=1, unique=True), st.data())
def test_the_best_liked_of_named_types_wins(types: list[str], data: Any) -> None:
    weights = data.draw(
        st.lists(st.integers(1, 999), min_size=len(types), max_size=len(types), unique=True)
    )
    accept = ", ".join(
        f"{each};q=0.{weight:03}" for each, weight in zip(types, weights, strict=True)
    )
    best = max(zip(weights, types, strict=True))[1]
    assert choose([accept], STATEMENT_TYPES) == best


PATHS = [
    "/accounts-info/v2/mikomo",
    "/balances/v2/mikomo",
    "/accounts/v2/mikomo",
    "/transactions/v2/mikomo/a1",
    "/taxlots/v2/mikomo/a1/h1",
    "/customers/v2/mikomo/current",
    "/contacts/v2/mikomo/a1",
    "/payments/v2/mikomo/a1/payment-networks",
    "/statements/v2/mikomo/a1",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["text/xml", "application/pdf", "application/json;q=0"])
async def test_an_app_that_takes_no_json_is_told_406(
    every_product: Any, path: str, accept: str
) -> None:
    answer = await every_product.get(path, headers={"accept": accept})
    assert answer.error == (406, 406)
    assert answer.json["message"] == "Content Type not Supported"
    assert JSON in answer.json["debugMessage"]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/json", "application/json; charset=utf-8", "text/html, */*;q=0.1", ""],
)
async def test_an_app_that_takes_json_gets_it(world: Any, accept: str) -> None:
    assert (await world.get("/balances/v2/mikomo", headers={"accept": accept})).status == 200


@pytest.mark.parametrize("path", ["/tax-forms/v2/mikomo", "/tax-forms/v2/mikomo/f1"])
async def test_tax_forms_are_json_or_pdf(every_product: Any, path: str) -> None:
    answer = await every_product.get(path, headers={"accept": "image/png"})
    assert answer.error == (406, 406)


async def test_a_token_that_does_not_count_is_told_before_the_media_type(world: Any) -> None:
    answer = await world.get("/balances/v2/mikomo", headers={"accept": "text/xml"}, token="bad")
    assert answer.error == (401, 602)


@pytest.fixture
def every_product(world: Any) -> Any:
    """The world with an app that has all products."""
    from easement.products.model import Product

    world.allow(*Product)
    return world
