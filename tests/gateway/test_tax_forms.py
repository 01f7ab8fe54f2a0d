"""Tax forms: search and retrieval, for consented accounts only."""

from dataclasses import replace
from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError
from easement.products.model import Product
from easement.providers.entitlements import Rule
from tests.gateway.conftest import account
from tests.gateway.tax_bank import FakeTaxForms, form, statement

SEARCH = "/tax-forms/v2/mikomo"
PDF = {"accept": "application/pdf"}


@pytest.fixture
def bank(world: Any) -> FakeTaxForms:
    world.allow(Product.TAX)
    world.connector.tax_forms = FakeTaxForms()
    return world.connector.tax_forms


def question(**changes: Any) -> dict[str, Any]:
    return {
        "tax_year": None,
        "tax_forms": (),
        "account_id": None,
        "result_type": None,
        **changes,
    }


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", question()),
        ("?taxYear=2024", question(tax_year="2024")),
        ("/a1", question(account_id="a1")),
        ("/a1?taxYear=2024", question(account_id="a1", tax_year="2024")),
        ("?accountId=a2", question(account_id="a2")),
        ("/a1?accountId=a1", question(account_id="a1")),
        ("/", question()),
        (
            "?taxForms=Tax1099Div,TaxW2,TaxW2&resultType=lightweight&taxDataType=JSON&mode=raw",
            question(tax_forms=("Tax1099Div", "TaxW2"), result_type="lightweight"),
        ),
        ("/tax2020", "tax2020"),
        ("/tax2020?taxDataType=JSON&accountId=a1", "tax2020"),
    ],
)
async def test_the_segment_behind_the_provider_is_told_apart(
    world: Any, bank: FakeTaxForms, path: str, asked: Any
) -> None:
    bank.found = [statement(form(), account_id=None)]
    assert (await world.get(SEARCH + path)).status == 200
    assert bank.asked == [asked]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/tax2020?taxYear=2020", (404, 701)),
        ("/a3?taxYear=2020", (404, 701)),
        ("?accountId=a3", (404, 701)),
        ("/tax2020?accountId=a3", (404, 701)),
        ("/a1?accountId=a2", (400, 401)),
        ("?taxYear=20", (400, 401)),
        ("?taxYear=two thousand", (400, 401)),
        ("?taxForms=Tax1099Div,,TaxW2", (400, 401)),
        ("?taxForms=Tax 1099", (400, 401)),
        ("?taxForms=" + ",".join(f"Tax{n}" for n in range(61)), (400, 401)),
        ("?taxDataType=PDF", (400, 401)),
        ("?resultType=heavy", (400, 401)),
        ("?accountIds=a1", (400, 401)),
        ("/f1?taxForms=TaxW2", (400, 401)),
        ("/..", (404, 1200)),
        ("/f1/more", (403, 403)),
    ],
)
async def test_a_bad_question_is_refused_before_the_bank_is_asked(
    world: Any, bank: FakeTaxForms, path: str, error: tuple[int, int]
) -> None:
    assert (await world.get(SEARCH + path)).error == error
    assert bank.asked == []


async def test_a_form_that_names_an_account_without_consent_inside_is_not_shown(
    world: Any, bank: FakeTaxForms
) -> None:
    consolidated = replace(form("f1", "a1"), inner_account_ids=frozenset({"a1", "a3"}))
    bank.found = [statement(consolidated, form("f2", "a1"))]
    [shown] = (await world.get(SEARCH)).json["statements"]
    assert [each["tax1099Div"]["taxFormId"] for each in shown["forms"]] == ["f2"]
    bank.found = [statement(consolidated)]
    assert (await world.get(SEARCH + "/f1")).error == (404, 1200)
    assert (await world.get(SEARCH + "/f1", headers=PDF)).error == (404, 1200)


async def test_a_form_that_names_a_hidden_account_inside_is_not_shown(
    world: Any, bank: FakeTaxForms
) -> None:
    world.decide(rules=(Rule(categories=frozenset({"investmentAccount"}), visible=False),))
    world.connector.held = [account("a1"), account("a2", "investmentAccount")]
    consolidated = replace(form("f1", "a1"), inner_account_ids=frozenset({"a2"}))
    bank.found = [statement(consolidated)]
    assert (await world.get(SEARCH)).error == (404, 1200)


async def test_a_statement_has_the_documented_members(world: Any, bank: FakeTaxForms) -> None:
    bank.found = [
        statement(
            form("f1", "a1", ordinaryDividends=110.5),
            attributes=[{"name": "x", "value": "1"}],
            issuer={"tin": "12-3456789"},
            recipient={"partyType": "INDIVIDUAL"},
            pdf="JVBERi0=",
            accountNumber="123",
        )
    ]
    assert (await world.get(SEARCH)).json == {
        "statements": [
            {
                "taxYear": 2024,
                "taxStatementId": "t1",
                "taxDataType": "JSON",
                "attributes": [{"name": "x", "value": "1"}],
                "issuer": {"tin": "12-3456789"},
                "recipient": {"partyType": "INDIVIDUAL"},
                "forms": [
                    {
                        "tax1099Div": {
                            "taxFormType": "Tax1099Div",
                            "ordinaryDividends": 110.5,
                            "taxFormId": "f1",
                            "accountId": "a1",
                        }
                    }
                ],
            }
        ]
    }


async def test_statements_and_forms_of_other_accounts_are_dropped(
    world: Any, bank: FakeTaxForms
) -> None:
    bank.found = [
        statement(form("of a1"), account_id="a1"),
        statement(form("of a3"), account_id="a3"),
        statement(form("of the customer"), account_id=None),
        statement(form("mixed a3", "a3"), form("mixed a2", "a2"), account_id=None),
        statement(form("only a3", "a3"), account_id=None),
        statement(form("a3 in a1", "a3"), account_id="a1"),
    ]
    statements = (await world.get(SEARCH)).json["statements"]
    ids = [[each["tax1099Div"]["taxFormId"] for each in one["forms"]] for one in statements]
    assert ids == [["of a1"], ["of the customer"], ["mixed a2"]]


async def test_a_search_in_one_account_shows_no_other(world: Any, bank: FakeTaxForms) -> None:
    bank.found = [statement(form("1"), account_id="a1"), statement(form("2"), account_id="a2")]
    [only] = (await world.get(f"{SEARCH}/a2")).json["statements"]
    assert only["forms"][0]["tax1099Div"]["taxFormId"] == "2"


@pytest.mark.parametrize("account_id", ["a3", "somebody's"])
@pytest.mark.parametrize("headers", [{}, PDF])
@pytest.mark.parametrize("query", ["", "?taxDataType=BASE64_PDF"])
async def test_a_form_of_another_account_is_not_found(
    world: Any, bank: FakeTaxForms, account_id: str, headers: dict[str, str], query: str
) -> None:
    bank.found = [statement(form(), account_id=account_id)]
    assert (await world.get(f"{SEARCH}/f1{query}", headers=headers)).error == (404, 1200)
    bank.found = [statement(form("f1", account_id), account_id=None)]
    assert (await world.get(f"{SEARCH}/f1{query}", headers=headers)).error == (404, 1200)
    assert bank.asked == ["f1", "f1"]


async def test_a_form_of_another_consented_account_than_the_named_one_is_not_found(
    world: Any, bank: FakeTaxForms
) -> None:
    assert (await world.get(f"{SEARCH}/f1?accountId=a2")).error == (404, 1200)
    assert (await world.get(f"{SEARCH}/f1?accountId=a1")).status == 200


async def test_nothing_found_is_404(world: Any, bank: FakeTaxForms) -> None:
    bank.found = []
    assert (await world.get(SEARCH)).error == (404, 1200)
    bank.found = [statement(form(), account_id="a3")]
    assert (await world.get(SEARCH)).error == (404, 1200)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1200, (404, 1200, "Tax form not found")),
        (1201, (400, 1201, "Tax form type not supported")),
        (1202, (400, 1202, "Tax year not supported")),
        (1203, (406, 406, "Content Type not Supported")),
        (
            1204,
            (400, 1204, "Account ID is required for searching or validating authorization"),
        ),
        (
            1205,
            (409, 1205, "Tax forms are not currently available for this account or this year"),
        ),
    ],
)
@pytest.mark.parametrize("path", [SEARCH, f"{SEARCH}/f1"])
async def test_what_the_bank_refuses_is_the_documented_error(
    world: Any, bank: FakeTaxForms, path: str, code: int, expected: tuple[int, int, str]
) -> None:
    bank.error = BankAnswerError(400, code, "", None)
    answer = await world.get(path)
    assert (*answer.error, answer.json["message"]) == expected


async def test_one_form_comes_as_data(world: Any, bank: FakeTaxForms) -> None:
    body = (await world.get(f"{SEARCH}/f1")).json
    assert body["taxDataType"] == "JSON"
    assert "pdf" not in body
    assert body["forms"][0]["tax1099Div"]["taxFormId"] == "f1"


async def test_a_provider_without_tax_forms_is_501(world: Any, bank: FakeTaxForms) -> None:
    world.connector.tax_forms = None
    assert (await world.get(SEARCH)).error == (501, 1106)
    assert (await world.get(f"{SEARCH}/f1")).error == (501, 1106)


async def test_an_interaction_id_of_any_form_is_tolerated(world: Any, bank: FakeTaxForms) -> None:
    for value in ("Root=1-x", "", "ü" * 200, "a\tb"):
        answer = await world.get(SEARCH, headers={"x-akoya-interaction-id": value})
        assert answer.status == 200


async def test_masks_hold_in_statements_and_forms(world: Any, bank: FakeTaxForms) -> None:
    bank.found = [statement(form(ordinaryDividends=1, tin="1"), issuer={"tin": "2", "email": "e"})]
    world.decide(rules=(Rule(mask=("tin", "tax1099Div.ordinaryDividends")),))
    answer = await world.get(SEARCH)
    [item] = answer.json["statements"]
    assert item["issuer"] == {"email": "e"}
    assert item["forms"] == [{"tax1099Div": {"taxFormType": "Tax1099Div", "taxFormId": "f1"}}]


async def test_the_policy_hides_statements_of_a_category(
    world: Any, bank: FakeTaxForms, make_account: Any
) -> None:
    world.connector.held = [make_account("a1"), make_account("a2", "investmentAccount")]
    bank.found = [
        statement(form("1"), account_id="a1"),
        statement(form("2"), account_id="a2"),
        statement(form("3"), account_id=None),
        statement(form("4", "a1"), form("5", "a2"), account_id=None),
    ]
    world.decide(rules=(Rule(categories=frozenset({"investmentAccount"}), visible=False),))
    statements = (await world.get(SEARCH)).json["statements"]
    ids = [[each["tax1099Div"]["taxFormId"] for each in one["forms"]] for one in statements]
    assert ids == [["1"], ["3"], ["4"]]


async def test_an_account_of_unknown_category_is_hidden_where_categories_matter(
    world: Any, bank: FakeTaxForms
) -> None:
    world.connector.held = []
    rule = Rule(categories=frozenset({"loanAccount"}), mask=("tin",))
    world.decide(rules=(rule,))
    assert (await world.get(SEARCH)).error == (404, 1200)


async def test_with_account_number_tokens_no_form_tells_a_number(
    world: Any, bank: FakeTaxForms
) -> None:
    bank.found = [statement(form(accountNumber="454992210071"))]
    assert b"454992210071" in (await world.get(SEARCH)).body
    rule = Rule(tokenized_account_numbers=True)
    world.decide(rules=(rule,), tokenized_routing_number="021000021")
    assert b"454992210071" not in (await world.get(SEARCH)).body
    assert (await world.get(f"{SEARCH}/tax2020", headers=PDF)).error == (403, 403)
