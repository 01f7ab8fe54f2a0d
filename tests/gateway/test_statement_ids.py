"""Statement ids: safe in a path, told apart, and turned back into the bank's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.gateway.statement_ids import from_app, to_app

UNRESERVED = "ABCXYZabcxyz0189-._~"
ids = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(
    lambda each: each not in {".", ".."}
)


@given(st.text(alphabet=UNRESERVED, min_size=1).filter(lambda each: each[0] != "~"))
def test_a_url_safe_id_passes_unchanged(statement_id: str) -> None:
    if statement_id not in {".", ".."}:
        assert to_app(statement_id) == statement_id


@given(ids)
def test_every_id_comes_back(statement_id: str) -> None:
    assert from_app(to_app(statement_id)) == statement_id


@given(ids, ids)
def test_no_two_ids_are_told_to_an_app_alike(one: str, other: str) -> None:
    assert (to_app(one) == to_app(other)) == (one == other)


@given(ids)
def test_what_an_app_is_told_needs_no_escaping_in_a_path(statement_id: str) -> None:
    told = to_app(statement_id)
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", told)
    assert told not in {".", ".."}


@given(ids)
def test_an_encoded_id_is_itself_encoded_when_a_bank_uses_it(statement_id: str) -> None:
    told = to_app(statement_id)
    if told != statement_id:
        assert to_app(told) != told
        assert from_app(to_app(told)) == told


@given(st.text(max_size=80))
def test_what_is_taken_is_exactly_what_was_told(segment: str) -> None:
    statement_id = from_app(segment)
    assert statement_id is None or to_app(statement_id) == segment


@pytest.mark.parametrize(
    "segment",
    [
        "",
        ".",
        "..",
        "~",
        "~Li4",  # ..
        "~Lg",  # .
        "~YWJj",  # abc, which is safe and never encoded
        "~YS9i=",
        "~YS9j====",
        "~_w",  # not UTF-8
        "~YS9iYQ\n",
        "~YS 9i",
        "~YS9iYR",  # another spelling of a/ba
        "a/b",
        "a b",
        "ü",
        "a" * 2_000,
    ],
)
def test_what_was_never_told_is_not_taken(segment: str) -> None:
    assert from_app(segment) is None
