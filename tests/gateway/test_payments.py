"""Payment networks with real account numbers, and with tokens in their place."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.products.model import Product
from easement.providers.entitlements import Rule

PATH = "/payments/v2/mikomo/a1/payment-networks"
V3 = {
    "x-akoya-interaction-type": "batch",
    "x-akoya-last-access": "2026-01-15T08:30:00Z",
    "x-akoya-intent-type": "payments",
}
ACH = {
    "transferOut": "true",
    "identifier": '"454992210071"',
    "bankId": '"125000024"',
    "transferIn": "true",
    "identifierType": '"ACCOUNT_NUMBER"',
    "type": '"US_ACH"',
}
RTP = {**ACH, "type": '"US_RTP"', "transferOut": "false"}
TOKENIZED = Rule(tokenized_account_numbers=True)


def plain(network: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {**{name: json.loads(text) for name, text in network.items()}, **changes}


@pytest.fixture
def bank(world: Any) -> Any:
    """What the bank knows; the app may read payments."""
    world.allow(Product.PAYMENTS)
    records = world.connector.records
    records.networks = {"a1": [{**ACH, "accountNumber": '"1"', "balance": "1.50"}, RTP]}
    return records


@pytest.fixture
def token(world: Any) -> str:
    """What `a1`'s number leaves as, once the provider wants tokens."""
    world.decide(rules=(TOKENIZED,), tokenized_routing_number="021000021")
    made: str = world.ports.token(
        provider_id="mikomo", company_id="c1", account_number="454992210071"
    )
    return made


@pytest.mark.parametrize(("path", "headers"), [(PATH, {}), (PATH.replace("v2", "v3"), V3)])
async def test_networks_leave_with_documented_members_and_real_numbers(
    world: Any, bank: Any, path: str, headers: dict[str, str]
) -> None:
    answer = await world.get(path, headers=headers)
    assert answer.status == 200
    assert answer.json == {"paymentNetworks": [plain(ACH), plain(RTP)]}
    assert bank.asked == ["networks a1"]


async def test_an_account_without_networks_has_an_empty_list(world: Any, bank: Any) -> None:
    assert (await world.get(PATH.replace("a1", "a2"))).json == {"paymentNetworks": []}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/payments/v2/mikomo", (404, 701)),
        ("/payments/v2/mikomo//payment-networks", (404, 701)),
        ("/payments/v2/mikomo/a3/payment-networks", (404, 701)),
        ("/payments/v2/mikomo/nobody/payment-networks", (404, 701)),
        ("/payments/v2/mikomo/a1", (403, 403)),
        ("/payments/v2/mikomo/a1/networks", (403, 403)),
        ("/payments/v2/mikomo/a1/payment-networks/1", (403, 403)),
    ],
)
async def test_other_paths_are_refused_and_the_bank_is_not_asked(
    world: Any, bank: Any, path: str, error: tuple[int, int]
) -> None:
    assert (await world.get(path)).error == error
    assert bank.asked == []


@pytest.mark.parametrize("query", ["mode=x", "limit=1", "accountIds=a1"])
async def test_other_parameters_are_invalid_input(world: Any, bank: Any, query: str) -> None:
    assert (await world.get(f"{PATH}?mode=raw")).status == 200
    assert (await world.get(f"{PATH}?{query}")).error == (400, 401)


async def test_an_app_without_payments_has_no_subscription(world: Any) -> None:
    assert (await world.get(PATH)).error == (403, 403)


async def test_a_provider_without_payment_data_is_not_implemented(world: Any, bank: Any) -> None:
    world.connector.payment_networks = None
    assert (await world.get(PATH)).error == (501, 1106)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BankMalformedError(), (500, 501)),
        (BankAnswerError(404, 701, "Account not found", None), (404, 701)),
        (BankAnswerError(422, 704, "Account type not supported", None), (422, 704)),
    ],
    ids=str,
)
async def test_a_bank_in_trouble_is_a_documented_answer(
    world: Any, bank: Any, error: Exception, told: tuple[int, int]
) -> None:
    bank.error = error
    assert (await world.get(PATH)).error == told


async def test_a_token_takes_the_place_of_the_number_in_every_network(
    world: Any, bank: Any, token: str
) -> None:
    replaced = {
        "identifier": token,
        "identifierType": "TOKENIZED_ACCOUNT_NUMBER",
        "bankId": "021000021",
    }
    answer = await world.get(PATH)
    assert answer.json == {"paymentNetworks": [plain(ACH, **replaced), plain(RTP, **replaced)]}
    assert b"454992210071" not in answer.body
    assert b"125000024" not in answer.body


@pytest.mark.parametrize("written", ['"4549 9221-0071"', "454992210071", r'"45499221007\u0031"'])
async def test_one_account_has_one_token_however_its_number_is_written(
    world: Any, bank: Any, token: str, written: str
) -> None:
    bank.networks = {"a1": [{**ACH, "identifier": written}]}
    assert (await world.get(PATH)).json["paymentNetworks"][0]["identifier"] == token


async def test_tokens_of_the_providers_own_pass(world: Any, bank: Any, token: str) -> None:
    own = {**ACH, "identifierType": '"TOKENIZED_ACCOUNT_NUMBER"', "identifier": '"777"'}
    bank.networks = {"a1": [own]}
    assert (await world.get(PATH)).json == {"paymentNetworks": [plain(own)]}


@pytest.mark.parametrize("identifier_type", ['"IBAN"', "null", '"account_number"', None], ids=str)
async def test_whatever_is_no_token_is_replaced(
    world: Any, bank: Any, token: str, identifier_type: str | None
) -> None:
    network = {**ACH, "identifierType": identifier_type or ""}
    if identifier_type is None:
        del network["identifierType"]
    bank.networks = {"a1": [network]}
    [seen] = (await world.get(PATH)).json["paymentNetworks"]
    assert (seen["identifier"], seen["identifierType"]) == (token, "TOKENIZED_ACCOUNT_NUMBER")


@pytest.mark.parametrize("identifier", ["true", "1.5", "[1]", '{"number":"454992210071"}'])
async def test_a_number_of_another_shape_does_not_leave(
    world: Any, bank: Any, token: str, identifier: str
) -> None:
    bank.networks = {"a1": [{**ACH, "identifier": identifier}]}
    answer = await world.get(PATH)
    assert b"454992210071" not in answer.body
    assert answer.status == 200 or answer.error == (500, 501)


@pytest.mark.parametrize("identifier", [None, "null"])
async def test_a_network_without_a_number_needs_no_token(
    world: Any, bank: Any, token: str, identifier: str | None
) -> None:
    network = {**ACH, "identifier": identifier or ""}
    if identifier is None:
        del network["identifier"]
    bank.networks = {"a1": [network]}
    assert (await world.get(PATH)).json == {"paymentNetworks": [plain(network)]}


async def test_without_a_routing_number_for_tokens_nothing_leaves(world: Any, bank: Any) -> None:
    world.decide(rules=(TOKENIZED,), tokenized_routing_number=None)
    answer = await world.get(PATH)
    assert answer.error == (500, 501)
    assert b"454992210071" not in answer.body


async def test_tokens_by_category_are_for_that_category_alone(
    world: Any, bank: Any, make_account: Any
) -> None:
    rule = Rule(categories=frozenset({"depositAccount"}), tokenized_account_numbers=True)
    world.decide(rules=(rule,), tokenized_routing_number="021000021")
    assert b"454992210071" not in (await world.get(PATH)).body
    world.connector.held = [make_account("a1", "loanAccount")]
    assert b"454992210071" in (await world.get(PATH)).body
    assert bank.asked == ["category a1", "networks a1"] * 2


async def test_an_account_that_the_policy_hides_looks_like_none(world: Any, bank: Any) -> None:
    hidden = Rule(categories=frozenset({"depositAccount"}), visible=False)
    world.decide(rules=(hidden,))
    assert (await world.get(PATH)).error == (404, 701)
    assert bank.asked == ["category a1"]


async def test_masked_members_do_not_leave(world: Any, bank: Any) -> None:
    world.decide(rules=(Rule(mask=("transferOut", "paymentNetworks.bankId")),))
    for network in (await world.get(PATH)).json["paymentNetworks"]:
        assert set(network) == {"identifier", "identifierType", "transferIn", "type"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.from_regex(r"\A[0-9]{4,17}\Z"),
    kind=st.sampled_from(["ACCOUNT_NUMBER", "IBAN", ""]),
    members=st.dictionaries(
        st.sampled_from([*ACH, "accountNumber", "iban", "account"]), st.just(0), max_size=4
    ),
)
@pytest.mark.usefixtures("token")
async def test_with_tokens_no_real_number_leaves_in_any_network(
    world: Any, bank: Any, number: str, kind: str, members: dict[str, int]
) -> None:
    network = dict.fromkeys(members, json.dumps(number)) | {
        "identifier": json.dumps(number),
        "identifierType": json.dumps(kind),
    }
    bank.networks = {"a1": [network]}
    [seen] = (await world.get(PATH)).json["paymentNetworks"]
    assert seen["identifier"] != number
    assert seen["bankId"] == "021000021"
    assert not {"accountNumber", "iban", "account"} & set(seen)


@pytest.mark.parametrize("endpoint", ["accounts-info", "balances", "accounts"])
async def test_with_tokens_no_account_shows_its_number_in_another_way(
    world: Any, make_account: Any, endpoint: str
) -> None:
    attributes = '[{"name":"AccountNumber","value":"454992210071"},{"name":"branch","value":"7"}]'
    world.connector.held = [
        make_account("a1", micrNumber='"454992210071"', fiAttributes=attributes, nickname='"N"')
    ]
    path = f"/{endpoint}/v2/mikomo?accountIds=a1"
    assert b"454992210071" in (await world.get(path)).body
    world.decide(rules=(TOKENIZED,), tokenized_routing_number="021000021")
    answer = await world.get(path)
    assert b"454992210071" not in answer.body
    assert b'"branch"' in answer.body
    assert b'"nickname":"N"' in answer.body
