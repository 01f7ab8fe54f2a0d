"""The people made for use cases: data in every product, always up to the bank's clock."""

import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from mikomo.person import Person
from tests.mikomo.test_catalogue import MODERN
from tests.mikomo.test_sandbox_data import NOW, details, fields, find, has_aba_checksum, rows
from tests.support.contract import faults


def bodies(person: Person, account_id: str) -> list[dict[str, object]]:
    return [fields(row) for row in person.transactions(account_id, NOW)]


@pytest.mark.parametrize("username", MODERN)
def test_a_modern_person_has_data_for_every_product(username) -> None:
    person = find(username)
    customer = json.loads(bytes(person.customer))
    assert customer["telephones"]
    held = {
        entry["accountId"]
        for holder in person.holders
        for entry in json.loads(bytes(holder["accounts"]))
    }
    assert held == {account.account_id for account in person.accounts}
    assert any("taxLots" in holding for holding in holdings(person))
    assert person.tax_statements
    deposits = [one.account_id for one in person.accounts if one.category == "depositAccount"]
    assert set(person.payment_networks) == set(deposits)
    for account in person.accounts:
        assert len(person.statements(account.account_id, NOW)) == 24
        # No transaction exists for an annuity, and a pension pays into the checking account.
        if account.category != "annuityAccount" and b'"PENSION"' not in account.details:
            recent = person.transactions(account.account_id, NOW)
            assert max(row.moment for row in recent) > NOW - 100 * 86400


def holdings(person: Person) -> list[dict[str, object]]:
    return [holding for body in details(person).values() for holding in body.get("holdings", ())]


@pytest.mark.parametrize("username", MODERN)
def test_tax_lots_add_up_to_their_holding(username) -> None:
    for holding in holdings(find(username)):
        lots = holding.get("taxLots")
        if isinstance(lots, list):
            assert sum(lot["quantity"] for lot in lots) == pytest.approx(holding["units"])
            assert sum(lot["currentValue"] for lot in lots) == pytest.approx(holding["marketValue"])


def test_one_holding_has_more_tax_lots_than_a_page() -> None:
    lots = [holding.get("taxLots", []) for holding in holdings(find("GenericUser_Wealth"))]
    assert max(len(lot) for lot in lots if isinstance(lot, list)) > 50


def test_wealth_shows_every_kind_of_investment() -> None:
    person = find("GenericUser_Wealth")
    assert {account.category for account in person.accounts} == {
        "depositAccount",
        "investmentAccount",
        "annuityAccount",
        "insuranceAccount",
    }
    found = details(person).values()
    for member in ("equityGrants", "vesting", "investmentLoans", "pensionSource", "openOrders"):
        assert any(member in account for account in found)
    assert {holding["holdingType"] for holding in holdings(person)} == {
        "STOCK",
        "MUTUALFUND",
        "BOND",
        "OPTION",
    }


def test_the_ledger_shows_what_lenders_look_for() -> None:
    person = find("GenericUser_LendingAndCredit")
    kinds = {
        row["subCategory"] for one in person.accounts for row in bodies(person, one.account_id)
    }
    assert {"PAYCHECK", "BANK_FEES", "LATE_FEE", "INTEREST", "LOAN_PAYMENT", "RENT"} <= kinds
    balances = [row.balance for row in person.transactions("720100114402", NOW)]
    assert min(balance for balance in balances if balance is not None) < 0
    assert details(person)["720400147735"]["status"] == "DELINQUENT"


def test_payments_has_real_and_tokenized_account_numbers() -> None:
    networks = [
        json.loads(bytes(network))
        for of_one in find("GenericUser_Payments").payment_networks.values()
        for network in of_one
    ]
    kinds = {network["identifierType"] for network in networks}
    assert kinds == {"ACCOUNT_NUMBER", "TOKENIZED_ACCOUNT_NUMBER"}
    assert all(has_aba_checksum(network["bankId"]) for network in networks)
    assert all(network["bankId"].startswith("99") for network in networks)


def test_the_tax_user_has_all_four_forms_for_every_year() -> None:
    statements = find("GenericUser_Tax").tax_statements
    years = {
        kind: {one.tax_year for one in statements if kind in [form.form_type for form in one.forms]}
        for kind in ("Tax1099Div", "Tax1099Int", "TaxW2", "Tax1042S")
    }
    assert set(map(frozenset, years.values())) == {frozenset(range(2020, 2025))}
    ids = [form.tax_form_id for one in statements for form in one.forms]
    assert ids.count("tax2020") == 1
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("username", [*MODERN, "mikomo_7", "mikomo_10"])
def test_tax_forms_fit_the_contract(username) -> None:
    for statement in find(username).tax_statements:
        document = {
            "taxYear": statement.tax_year,
            "taxStatementId": statement.tax_statement_id,
            "issuer": json.loads(bytes(statement.issuer)),
            "recipient": json.loads(bytes(statement.recipient)),
            "forms": [{form.kind: json.loads(bytes(form.body))} for form in statement.forms],
        }
        assert faults("v24.taxStatement", document) == []
        for form in statement.forms:
            body = json.loads(bytes(form.body))
            assert body["taxFormId"] == form.tax_form_id
            assert body["taxFormType"] == form.form_type
            assert body["taxYear"] == statement.tax_year


def test_forms_of_a_year_come_in_the_middle_of_the_next_february() -> None:
    for day, newest in ((14, 2024), (15, 2025)):
        now = int(datetime(2026, 2, day, tzinfo=UTC).timestamp())
        found = find("GenericUser_Tax", now).tax_statements
        assert max(statement.tax_year for statement in found) == newest


@pytest.mark.parametrize("username", MODERN)
def test_the_newest_statement_is_in_preparation(username) -> None:
    person = find(username)
    for account in person.accounts:
        found = person.statements(account.account_id, NOW)
        assert str(found[-1].date) == "2025-10-31"
        assert str(found[0].date) == "2023-11-30"
        assert all(earlier.date < later.date for earlier, later in pairwise(found))
        states = [statement.status for statement in found]
        assert states[-1] == "PROCESSING"
        failed = 1 if username == "GenericUser_LendingAndCredit" else 0
        assert states[:-1].count("AVAILABLE") == 23 - failed
        assert states.count("FAILED") == failed


@pytest.mark.parametrize("username", MODERN)
@pytest.mark.parametrize("year", [2022, 2025, 2029])
def test_balances_follow_the_rows_as_time_passes(username, year) -> None:
    now = int(datetime(year, 6, 18, 9, tzinfo=UTC).timestamp())
    person = find(username, now)
    for account_id, body in details(person).items():
        found = person.transactions(account_id, now)
        shown = body.get("currentBalance", body.get("principalBalance"))
        if shown is not None and found:
            assert found[-1].balance is not None
            assert shown == found[-1].balance / 100


def test_balances_change_from_day_to_day_with_the_clock_alone() -> None:
    checking = "720100014417"
    seen = {
        details(find("GenericUser_Pfm", NOW + day * 86400))[checking]["currentBalance"]
        for day in range(20)
    }
    assert len(seen) > 5


def test_rows_of_a_household_are_plausible() -> None:
    found = rows("GenericUser_Pfm", "720100014417")
    kinds = {row["subCategory"] for row in found}
    assert {"PAYCHECK", "MORTGAGE_PAYMENT", "UTILITIES", "SUBSCRIPTIONS", "CASH"} <= kinds
    assert all(row["amount"] > 0 for row in found if row["subCategory"] == "PAYCHECK")
    spent = [row["amount"] for row in found if row["debitCreditMemo"] == "DEBIT"]
    assert all(amount < 0 for amount in spent)


@pytest.mark.parametrize("account_id", ["720100014417", "720300036639"])
def test_no_two_months_are_alike(account_id) -> None:
    months: dict[str, list[float]] = {}
    for row in rows("GenericUser_Pfm", account_id):
        months.setdefault(row["postedTimestamp"][:7], []).append(row["amount"])
    assert len(months) == 25
    assert len(set(map(tuple, months.values()))) == 25
