"""`mode=standard`: FDX's words and RFC 3339, with the bank's own word kept."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.fdx.enumerations import ACCOUNT_TYPES, TRANSACTION_TYPES
from easement.gateway.standard.items import standard_account, standard_transaction
from easement.gateway.standard.timestamps import rfc3339


def _raw(value: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(json.dumps(value).encode(), type=dict[str, msgspec.Raw])


def account(category: str, **fields: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(
        msgspec.json.encode(standard_account(category, _raw(fields)))
    )
    return written


def transaction(wrapper: str, **fields: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(
        msgspec.json.encode(standard_transaction(wrapper, _raw(fields)))
    )
    return written


def test_a_bank_s_word_becomes_the_member_and_stays_in_the_attributes() -> None:
    assert account("investmentAccount", accountId="a", accountType="TODI", status="Open") == {
        "accountId": "a",
        "accountType": "TAXABLE",
        "status": "OPEN",
        "fiAttributes": [
            {"name": "accountType", "value": "TODI"},
            {"name": "status", "value": "Open"},
        ],
        "accountCategory": "INVESTMENT_ACCOUNT",
    }


def test_what_is_standard_already_is_left_as_it_is() -> None:
    written = {"accountType": "CHECKING", "status": "OPEN", "balanceAsOf": "2026-01-02T03:04:05Z"}
    expected = {**written, "accountCategory": "DEPOSIT_ACCOUNT"}
    assert account("depositAccount", **written) == expected


def test_a_word_that_no_member_fits_is_kept_as_an_attribute_alone() -> None:
    assert account("investmentAccount", accountType="HSA") == {
        "fiAttributes": [{"name": "accountType", "value": "HSA"}],
        "accountCategory": "INVESTMENT_ACCOUNT",
    }


def test_attributes_that_the_bank_sent_come_first() -> None:
    sent = [{"name": "branch", "value": "7"}]
    written = account("depositAccount", status="active", fiAttributes=sent)
    assert written["fiAttributes"] == [*sent, {"name": "status", "value": "active"}]


def test_null_stays_null() -> None:
    assert account("depositAccount", status=None, balanceAsOf=None)["status"] is None


def test_a_number_where_a_word_is_expected_is_kept_as_it_was_written() -> None:
    assert account("depositAccount", status=1)["fiAttributes"] == [{"name": "status", "value": "1"}]


def test_a_holding_keeps_its_own_attributes_and_other_lists_name_the_place() -> None:
    written = account(
        "investmentAccount",
        holdings=[{"securityIdType": "CUSTOM", "currentUnitPriceDate": "2026-01-02"}],
        balanceList=[{"balanceDate": "2026-01-02"}],
    )
    assert written["holdings"] == [
        {
            "currentUnitPriceDate": "2026-01-02",
            "fiAttributes": [{"name": "securityIdType", "value": "CUSTOM"}],
        }
    ]
    assert written["balanceList"] == [{"balanceDate": "2026-01-02T00:00:00Z"}]
    assert written["fiAttributes"] == [{"name": "balanceList.0.balanceDate", "value": "2026-01-02"}]


@pytest.mark.parametrize(
    ("amount", "direction"), [(-1.5, "DEBIT"), (0.29, "CREDIT"), (0, None), ("much", None)]
)
def test_the_sign_tells_the_direction_where_the_bank_does_not(
    amount: object, direction: str | None
) -> None:
    assert transaction("depositTransaction", amount=amount)["debitCreditMemo"] == direction


def test_the_sign_says_nothing_about_a_debt() -> None:
    assert transaction("locTransaction", amount=-5)["debitCreditMemo"] is None


def test_the_bank_s_own_direction_wins_over_the_sign() -> None:
    written = transaction("depositTransaction", amount=-5, debitCreditMemo="cr")
    assert written["debitCreditMemo"] == "CREDIT"


@pytest.mark.parametrize("wrapper", sorted(TRANSACTION_TYPES))
def test_what_the_mode_guarantees_is_there(wrapper: str) -> None:
    assert transaction(wrapper) == {
        "debitCreditMemo": None,
        "referenceTransactionId": None,
        "transactionTimestamp": None,
    }


def test_an_amount_keeps_its_digits() -> None:
    fields = {"amount": msgspec.Raw(b"100.00"), "status": msgspec.Raw(b'"posted"')}
    assert b'"amount":100.00' in msgspec.json.encode(
        standard_transaction("depositTransaction", fields)
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-07-15T14:46:41.375Z", "2021-07-15T14:46:41.375Z"),
        ("2019-09-16T00:00:00.000+0000", "2019-09-16T00:00:00.000Z"),
        ("2022-01-31T05:00:00Z", "2022-01-31T05:00:00Z"),
        ("2021-08-09", "2021-08-09T00:00:00Z"),
        ("2022-04-08T08:46:14", "2022-04-08T08:46:14Z"),
        ("2022-04-08T08:46:14-05:00", "2022-04-08T08:46:14-05:00"),
        (1570806408, "2019-10-11T15:06:48Z"),
        ("2021-W05-1", None),
        ("20210809", None),
        ("2021-08-09T00:00:00+01:00:30", None),
        ("yesterday", None),
        ("2023-01-03T05:00:00ZZ", None),
        (True, None),
        (-1, None),
        (10**15, None),
        (1.5, None),
    ],
)
def test_moments_are_written_in_rfc_3339(written: object, expected: str | None) -> None:
    assert rfc3339(written) == expected


_zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=_zones))
def test_the_moment_stays_the_same(moment: datetime) -> None:
    written = rfc3339(moment.isoformat())
    assert written is not None
    assert datetime.fromisoformat(written) == moment


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
_names = st.sampled_from(
    ["accountType", "status", "securityIdType", "balanceAsOf", "holdings", "x", "fiAttributes"]
)


@given(st.sampled_from(sorted(ACCOUNT_TYPES)), st.dictionaries(_names | st.text(), _json))
def test_whatever_a_bank_sends_is_standard_afterwards_and_stays_so(
    category: str, fields: dict[str, Any]
) -> None:
    once = account(category, **fields)
    assert once["accountCategory"] == category.replace("Account", "_ACCOUNT").upper()
    assert once.get("accountType") in {None, *ACCOUNT_TYPES[category].members}
    assert account(category, **once) == once


async def test_the_mode_is_asked_for_call_by_call(world: Any, make_account: Any) -> None:
    world.connector.held = [make_account("a1", accountType='"dda"', accountNumber='"1"')]
    raw = await world.get("/accounts-info/v2/mikomo?accountIds=a1")
    assert raw.json["accounts"] == [{"depositAccount": {"accountId": "a1", "accountType": "dda"}}]
    standard = await world.get("/accounts-info/v2/mikomo?accountIds=a1&mode=standard")
    assert standard.json["accounts"] == [
        {
            "depositAccount": {
                "accountId": "a1",
                "accountType": "CHECKING",
                "fiAttributes": [{"name": "accountType", "value": "dda"}],
                "accountCategory": "DEPOSIT_ACCOUNT",
            }
        }
    ]


async def test_a_failed_account_keeps_its_error_in_the_standard_too(
    world: Any, make_account: Any
) -> None:
    error = '{"code":501,"message":"Subsystem unavailable"}'
    world.connector.held = [make_account("a1", error=error)]
    answer = await world.get("/accounts-info/v2/mikomo?accountIds=a1&mode=standard")
    assert answer.status == 206
    assert answer.json["accounts"][0]["depositAccount"]["error"] == json.loads(error)
