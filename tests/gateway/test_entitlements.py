"""What a provider's policy lets an app see, on every product."""

import json
import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from easement.connectors.model import (
    Account,
    AccountsAnswer,
    ListPage,
    Statement,
    TaxForm,
    TaxStatement,
    Transaction,
)
from easement.gateway.app import PREFIXES, GatewayApp
from easement.products.catalogue import ENDPOINTS
from easement.products.model import Product
from easement.providers.entitlements import Rule, field_path

V3 = {
    "x-akoya-interaction-type": "user",
    "x-akoya-last-access": "2025-11-24T00:00:00Z",
    "x-akoya-intent-type": "nonpayments",
}
PATHS = {
    "accounts-info": "/accounts-info/{}/mikomo",
    "balances": "/balances/{}/mikomo",
    "accounts": "/accounts/{}/mikomo",
    "taxlots": "/taxlots/{}/mikomo/a1/h1",
    "transactions": "/transactions/{}/mikomo/a1",
    "customers": "/customers/{}/mikomo/current",
    "contacts": "/contacts/{}/mikomo/a1",
    "payments": "/payments/{}/mikomo/a1/payment-networks",
    "statements": "/statements/{}/mikomo/a1",
    "tax-forms": "/tax-forms/{}/mikomo?taxYear=2020",
}
VERSIONS = st.sampled_from(["v2", "v3"])
MODES = st.sampled_from(["", "mode=raw", "mode=standard"])
OF_ONE_ACCOUNT = ["taxlots", "transactions", "contacts", "payments", "statements"]
LISTS = ["accounts-info", "balances", "accounts"]

ATTRIBUTES = [{"name": "units", "value": "1"}, {"name": "line1", "value": "2"}]
# What banks write, so that it passes the forms of every product.
SHAPES: dict[str, Any] = {
    "nickname": "n",
    "currentBalance": 1,
    "currency": {"currencyCode": "USD"},
    "description": "d",
    "amount": 5,
    "payee": "p",
    "memo": "m",
    "lineItem": [{"amount": 1, "memo": "m"}],
    "fiAttributes": ATTRIBUTES,
    "attributes": ATTRIBUTES,
    "name": {"first": "f", "last": "l"},
    "addresses": [{"line1": "1", "city": "c", "country": "US"}],
    "telephones": [{"number": "5", "type": "HOME"}],
    "email": ["e@example.test"],
    "emails": ["e@example.test"],
    "relationship": "PRIMARY",
    "bankId": "021000021",
    "identifierType": "ACCOUNT_NUMBER",
    "type": "US_ACH",
    "issuer": {"tin": "1", "partyName": {"name1": "i"}},
    "recipient": {"tin": "2", "individualName": {"first": "f"}},
    "ordinaryDividends": 7,
    "status": "AVAILABLE",
    "statementDate": "2026-01-01",
    "interestRate": 1,
    "units": 3,
    "securityId": "x",
    "originalPurchaseDate": "2020-01-01",
    "quantity": 4,
    "costBasis": 6,
}
INSIDE = ["line1", "first", "units", "costBasis", "value", "number", "city", "name", "amount"]


def plain(name: str) -> str:
    bare = re.sub("[-_]", "", name).lower()
    return "holdings" if bare == "holding" else bare


def fields_of(body: Any, path: tuple[str, ...] = ()) -> Any:
    """Every field of a document with the names that lead to it, in plain spelling."""
    if isinstance(body, dict):
        for name, value in body.items():
            own = (*path, plain(name))
            yield own
            yield from fields_of(value, own)
    elif isinstance(body, list):
        for entry in body:
            if path and path[-1] in {"fiattributes", "attributes"} and isinstance(entry, dict):
                yield from (
                    (*path[:-1], plain(text))
                    for key, text in entry.items()
                    if plain(key) == "name" and isinstance(text, str)
                )
            yield from fields_of(entry, path)


def odd(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name, name.upper(), "_".join(name), f"-{name}", name.title()])


nested = st.recursive(
    st.none() | st.integers(0, 99) | st.text("ab", max_size=3),
    lambda below: (
        st.lists(below, max_size=2)
        | st.dictionaries(st.sampled_from(INSIDE).flatmap(odd), below, max_size=3)
        | st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(INSIDE), "value": below}), max_size=2
        )
    ),
    max_leaves=12,
)
documents = st.fixed_dictionaries(
    {}, optional={name: st.just(shape) | nested for name, shape in SHAPES.items()}
)


def data_of(answer: Any) -> Any:
    """An answer without its links to the pages around it, which are the network's own."""
    return {name: value for name, value in answer.json.items() if name != "links"}


def masks_of(body: Any) -> st.SearchStrategy[list[str]]:
    """Ends of paths that a document has, as far as they may be masked, each spelled anyhow."""
    ends = {path[-length:] for path in fields_of(body) for length in (1, 2, 3)}
    found = sorted(filter(is_maskable, ends))
    assume(found)
    one = st.sampled_from(found).flatmap(lambda end: st.tuples(*map(odd, end))).map(".".join)
    return st.lists(one, min_size=1, max_size=4)


def is_maskable(end: tuple[str, ...]) -> bool:
    try:
        return field_path(".".join(end)) == end
    except ValueError:
        return False


def raw(fields: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(json.dumps(value).encode()) for name, value in fields.items()}


class Everything:
    """A bank that puts one document into every answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.contacts = self.customers = self
        holder = {"accounts": [{"accountId": "a1"}], **document}
        lots = {"holdingId": "h1", **document, "taxLots": [document]}
        self.person = raw({**holder, "holders": [holder]})
        self.held = raw({"accountId": "a1", **document, "holdings": [lots]})
        self.category = "investmentAccount"

    @property
    def payment_networks(self) -> Any:
        return Networks(self.document)

    @property
    def transactions(self) -> Any:
        row = Transaction(
            "depositTransaction", self.category, raw({"transactionId": "t", **self.document})
        )
        return Pages(row)

    @property
    def statements(self) -> Any:
        fields = raw({"accountId": "a1", "statementId": "s", **self.document})
        return Pages(Statement("s", "a1", fields, ("application/pdf",)))

    @property
    def tax_forms(self) -> Any:
        return Forms(self.document)

    async def accounts(self, call: Any, ids: Any) -> Any:
        return AccountsAnswer([Account("a1", self.category, self.held)], False)

    async def account_choices(self, call: Any) -> Any:
        return []

    async def account_category(self, call: Any, account_id: str) -> str:
        return self.category

    async def customer(self, call: Any) -> Any:
        return self.person

    async def contact(self, call: Any, account_id: str) -> Any:
        return self.person


class Networks:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    async def payment_networks(self, call: Any, account_id: str) -> Any:
        return [raw({**self._document, "identifier": "123456789"})]


class Pages:
    def __init__(self, row: Any) -> None:
        self._row = row

    async def page(self, *asked: Any) -> Any:
        return ListPage([self._row], "0", None)


class Forms:
    def __init__(self, document: dict[str, Any]) -> None:
        form = raw({"taxYear": 2020, "taxFormId": "f", "taxFormType": "Tax1099Div", **document})
        fields = raw({"taxYear": 2020, "taxStatementId": "ts", "taxDataType": "JSON", **document})
        self._statement = TaxStatement(None, fields, [TaxForm("tax1099Div", "f", None, form)])

    async def search(self, *asked: Any, **named: Any) -> Any:
        return [self._statement]


async def ask(world: Any, endpoint: str, version: str = "v2", query: str = "") -> Any:
    path = PATHS[endpoint].format(version)
    path += ("&" if "?" in path else "?") + query if query else ""
    return await world.get(path, headers=V3 if version == "v3" else {})


def serve(world: Any, document: dict[str, Any], *rules: Rule) -> None:
    everything = Everything(document)
    world.app = GatewayApp(replace(world.handed, connector=lambda _: everything), world.clock)
    world.allow(*Product)
    world.decide(rules=rules, tokenized_routing_number="021000021")


def test_every_endpoint_is_looked_at() -> None:
    assert PATHS.keys() == PREFIXES


@pytest.mark.parametrize("endpoint", sorted(PATHS))
@given(document=documents, asked=st.tuples(VERSIONS, MODES), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_no_masked_field_passes_on_any_product(
    world: Any, endpoint: str, document: dict[str, Any], asked: tuple[str, str], data: Any
) -> None:
    serve(world, document)
    whole = await ask(world, endpoint, *asked)
    assume(whole.status == 200)
    masks = data.draw(masks_of(data_of(whole)))
    serve(world, document, Rule(mask=tuple(masks)))
    answer = await ask(world, endpoint, *asked)
    ends = [tuple(map(plain, mask.split("."))) for mask in masks]
    sent = list(fields_of(data_of(answer)))
    assert [path for path in sent if any(path[-len(end) :] == end for end in ends)] == []
    assert answer.status in {200, 404}


@pytest.mark.parametrize("endpoint", sorted(PATHS))
async def test_without_a_rule_every_product_is_answered(world: Any, endpoint: str) -> None:
    serve(world, {})
    assert (await ask(world, endpoint)).status == 200


@pytest.mark.parametrize("endpoint", sorted(PATHS))
@pytest.mark.parametrize("who", ["app1", "c1", None])
async def test_a_hidden_product_is_403_and_the_bank_is_not_asked(
    world: Any, endpoint: str, who: str | None
) -> None:
    serve(
        world,
        {},
        Rule(
            recipients=None if who is None else frozenset({who}),
            products=frozenset({ENDPOINTS[endpoint]}),
            visible=False,
        ),
    )
    world.app = GatewayApp(replace(world.handed, connector=lambda _: None), world.clock)
    answer = await ask(world, endpoint)
    assert answer.error == (403, 403)
    assert answer.json["message"] == "Subscription not found"


@pytest.mark.parametrize("endpoint", sorted(PATHS))
async def test_a_rule_for_somebody_else_hides_nothing(world: Any, endpoint: str) -> None:
    serve(world, {}, Rule(recipients=frozenset({"app2"}), visible=False))
    assert (await ask(world, endpoint)).status == 200


@pytest.mark.parametrize("endpoint", OF_ONE_ACCOUNT)
async def test_an_account_of_a_hidden_category_is_404_701(world: Any, endpoint: str) -> None:
    serve(world, {}, Rule(categories=frozenset({"investmentAccount"}), visible=False))
    assert (await ask(world, endpoint)).error == (404, 701)


@pytest.mark.parametrize("endpoint", LISTS)
async def test_account_lists_leave_hidden_categories_out(
    world: Any, make_account: Any, endpoint: str
) -> None:
    world.decide(rules=[Rule(categories=frozenset({"loanAccount"}), visible=False)])
    world.connector.held = [make_account("a1"), make_account("a2", "loanAccount")]
    answer = await world.get(f"/{endpoint}/v2/mikomo")
    assert answer.status == 200
    assert [list(item) for item in answer.json["accounts"]] == [["depositAccount"]]
    for named in ("a2", "a1,a2"):
        assert (await world.get(f"/{endpoint}/v2/mikomo?accountIds={named}")).error == (404, 701)
    assert (await world.get(f"/{endpoint}/v2/mikomo?accountIds=a1")).status == 200
    world.connector.held = [make_account("a2", "loanAccount")]
    assert (await world.get(f"/{endpoint}/v2/mikomo")).error == (404, 701)


async def test_a_hidden_account_that_failed_at_the_bank_leaves_no_trace(
    world: Any, make_account: Any
) -> None:
    world.decide(rules=[Rule(categories=frozenset({"loanAccount"}), visible=False)])
    failed = make_account("a2", "loanAccount", error='{"code":501,"message":"x"}')
    world.connector.held = [make_account("a1"), failed]
    assert (await world.get("/balances/v2/mikomo")).status == 200


async def test_the_error_of_a_failing_account_is_not_masked_with_its_fields(
    world: Any, make_account: Any
) -> None:
    world.decide(rules=[Rule(mask=("code", "message"))])
    world.connector.held = [make_account("a1", error='{"code":501,"message":"x"}')]
    answer = await world.get("/balances/v2/mikomo")
    assert answer.status == 206
    error = answer.json["accounts"][0]["depositAccount"]["error"]
    assert error == {"code": 501, "message": "x"}


async def test_a_changed_policy_or_app_makes_a_new_lens(world: Any, make_account: Any) -> None:
    world.connector.held = [make_account("a1", nickname='"n"')]
    path = "/accounts-info/v2/mikomo"
    world.decide(rules=[Rule(recipients=frozenset({"c2"}), mask=("nickname",))])
    for _ in range(2):
        assert b"nickname" in (await world.get(path)).body
    world.ports.apps["app1"] = replace(world.ports.apps["app1"], company_id="c2")
    for _ in range(2):
        assert b"nickname" not in (await world.get(path)).body
    world.decide(rules=[])
    assert b"nickname" in (await world.get(path)).body


async def test_without_holdings_there_are_no_tax_lots(world: Any) -> None:
    serve(world, {}, Rule(mask=("holdings",)))
    answer = await ask(world, "taxlots")
    assert answer.error == (404, 701)
    assert answer.json["message"] == "Tax Lots not found"
