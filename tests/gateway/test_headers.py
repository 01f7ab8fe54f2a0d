"""The header rules of v2 and v3."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from easement.products.model import Product

TYPE, INTENT, LAST = "x-akoya-interaction-type", "x-akoya-intent-type", "x-akoya-last-access"
V2, V3 = "/balances/v2/mikomo", "/balances/v3/mikomo"
GOOD = {TYPE: "user", LAST: "2025-11-24T00:00:00Z"}


def has_payments(world: Any) -> None:
    app = world.ports.apps["app1"]
    world.ports.apps["app1"] = replace(app, products=app.products | {Product.PAYMENTS})


@pytest.mark.parametrize("sent", ["user", "USER", "User", "batch", "BATCH"])
@pytest.mark.parametrize("path", [V2, V3])
async def test_the_interaction_type_is_read_without_case(world: Any, path: str, sent: str) -> None:
    assert (await world.get(path, headers={**GOOD, TYPE: sent})).status == 200
    [(context, _)] = world.connector.asked
    assert context.interaction_type == sent.lower()
    assert world.ports.records[0].interaction_type == sent.lower()


@pytest.mark.parametrize("path", [V2, V3])
@pytest.mark.parametrize("sent", ["", "robot", "user,batch", "us\xffer"])
async def test_a_wrong_interaction_type_is_refused_in_both_versions(
    world: Any, path: str, sent: str
) -> None:
    answer = await world.get(path, headers={**GOOD, TYPE: sent})
    assert answer.error == (400, 401)
    assert answer.json["message"] == "Invalid input"
    assert TYPE in answer.json["debugMessage"]
    assert "batch, user" in answer.json["debugMessage"]


async def test_a_doubled_header_is_refused(world: Any) -> None:
    answer = await world.get(V2, headers=[(TYPE, "user"), (TYPE, "user")])
    assert answer.error == (400, 401)
    answer = await world.get(V3, headers=[*GOOD.items(), (LAST, GOOD[LAST])])
    assert answer.error == (400, 401)


@pytest.mark.parametrize("missing", [TYPE, LAST])
async def test_v3_requires_interaction_type_and_last_access(world: Any, missing: str) -> None:
    headers = {name: value for name, value in GOOD.items() if name != missing}
    answer = await world.get(V3, headers=headers)
    assert answer.error == (400, 401)
    assert missing in answer.json["debugMessage"]


async def test_v2_gives_last_access_and_intent_no_meaning(world: Any) -> None:
    answer = await world.get(V2, headers={LAST: "yesterday", INTENT: "theft"})
    assert answer.status == 200
    [(context, _)] = world.connector.asked
    assert context.headers == {}


@pytest.mark.parametrize(
    "sent",
    ["2025-11-24T00:00:00Z", "2025-11-24t00:00:00z", "2025-11-24T00:00:00.250Z",
     "2025-11-24T00:00:00+00:00", "2025-11-24T00:00:00.123456789Z"],
)  # fmt: skip
async def test_last_access_is_forwarded_and_recorded(world: Any, sent: str) -> None:
    answer = await world.get(V3, headers={**GOOD, LAST: sent, INTENT: "nonpayments"})
    assert answer.status == 200
    [(context, _)] = world.connector.asked
    assert context.headers == {LAST: "2025-11-24T00:00:00Z", INTENT: "nonpayments"}
    [record] = world.ports.records
    assert record.last_access.replace(microsecond=0) == datetime(2025, 11, 24, tzinfo=UTC)
    assert record.intent_type == "nonpayments"


@pytest.mark.parametrize(
    "sent",
    ["", "yesterday", "2025-11-24", "2025-11-24T00:00:00", "2025-11-24 00:00:00Z",
     "2025-13-24T00:00:00Z", "2025-11-24T25:00:00Z", "2025-W47-1T00:00:00Z", "1763942400",
     "2025-11-24T00:00:00+02:00", "\xb2025-11-24T00:00:00Z"],
)  # fmt: skip
async def test_last_access_must_be_a_utc_date_time(world: Any, sent: str) -> None:
    answer = await world.get(V3, headers={**GOOD, LAST: sent})
    assert answer.error == (400, 401)
    assert LAST in answer.json["debugMessage"]


@pytest.mark.parametrize(
    ("payments", "sent", "accepted"),
    [
        (True, None, False),
        (True, "payments", True),
        (True, "nonpayments", True),
        (True, "other", False),
        (False, None, True),
        (False, "nonpayments", True),
        (False, "payments", False),
        (False, "", False),
    ],
)
async def test_v3_intent_depends_on_whether_the_app_has_payments(
    world: Any, payments: bool, sent: str | None, accepted: bool
) -> None:
    if payments:
        has_payments(world)
    answer = await world.get(V3, headers=GOOD if sent is None else {**GOOD, INTENT: sent})
    if accepted:
        assert answer.status == 200
    else:
        assert answer.error == (400, 401)
        assert INTENT in answer.json["debugMessage"]
        assert ("nonpayments, payments" in answer.json["debugMessage"]) is payments
