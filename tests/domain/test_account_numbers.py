"""Tokens that stand for account numbers, and routing numbers."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.keys.model import DataKey, KeyContents, KeyRing
from easement.platform.clock import SystemClock
from easement.platform.crypto import new_key
from easement.providers.account_numbers import AccountNumberTokens
from easement.providers.policy import is_routing_number

SUBJECT_KEY = new_key()


def tokens_of_a_network(subject_key: bytes = SUBJECT_KEY) -> AccountNumberTokens:
    """Its signing, sealing and hashing keys are new each time, as after a rotation."""
    data = DataKey("key", new_key(), SystemClock().now())
    return AccountNumberTokens(
        KeyRing(KeyContents((), (data,), new_key(), subject_key), SystemClock())
    )


words = st.text(min_size=1, max_size=20)
numbers = st.text("0123456789", min_size=1, max_size=17)


@given(words, words, numbers)
def test_a_token_is_seventeen_digits_and_not_the_account_number(
    provider_id: str, company_id: str, account_number: str
) -> None:
    token = tokens_of_a_network().token(
        provider_id=provider_id, company_id=company_id, account_number=account_number
    )
    assert len(token) == 17
    assert token.isascii()
    assert token.isdigit()
    assert not token.startswith("0")
    assert token != account_number


@given(words, words, numbers)
def test_the_same_account_keeps_its_token_when_other_keys_rotate(
    provider_id: str, company_id: str, account_number: str
) -> None:
    asked = {
        "provider_id": provider_id,
        "company_id": company_id,
        "account_number": account_number,
    }
    assert tokens_of_a_network().token(**asked) == tokens_of_a_network().token(**asked)


@pytest.mark.parametrize("changed", ["provider_id", "company_id", "account_number", "network"])
def test_another_account_company_provider_or_network_has_another_token(changed: str) -> None:
    asked = {"provider_id": "p1", "company_id": "c1", "account_number": "454992210071"}
    other = asked if changed == "network" else {**asked, changed: "other"}
    network = tokens_of_a_network(new_key() if changed == "network" else SUBJECT_KEY)
    assert network.token(**other) != tokens_of_a_network().token(**asked)


def test_ten_thousand_accounts_have_as_many_tokens() -> None:
    network = tokens_of_a_network()
    made = {
        network.token(provider_id="p", company_id="c", account_number=str(number))
        for number in range(10_000)
    }
    assert len(made) == 10_000


class CollidingKeys:
    """Pseudonyms whose first two are the same."""

    def pseudonym(self, kind: str, *parts: str) -> str:
        digest = hashlib.sha256(str(max(int(parts[-1]), 1)).encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_token_that_happens_to_be_the_account_number_is_made_anew() -> None:
    network = AccountNumberTokens(CollidingKeys())  # type: ignore[arg-type]
    first = network.token(provider_id="p", company_id="c", account_number="1")
    again = network.token(provider_id="p", company_id="c", account_number=first)
    assert again != first


@pytest.mark.parametrize("number", ["125000024", "021000021", "011401533", "091000019"])
def test_routing_numbers_that_keep_the_checksum_are_taken(number: str) -> None:
    assert is_routing_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "0",
        "000000000",
        "125000025",
        "12500002",
        "1250000240",
        "12500002x",
        "١٢٥٠٠٠٠٢٤",
        "-25000024",
    ],
)
def test_other_words_are_no_routing_numbers(number: str) -> None:
    assert not is_routing_number(number)


@given(st.integers(1, 10**9 - 1))
def test_one_digit_in_ten_completes_a_routing_number(number: int) -> None:
    start = f"{number:09}"[:8]
    if start != "00000000":
        assert sum(is_routing_number(f"{start}{last}") for last in range(10)) == 1
