"""The page on what is tested is about the API as it is, and about tests that there are."""

from tests.support.api_coverage import is_there, page, rows, told

MAKE_ANEW = "make it anew with: python -m tests.support.api_coverage"


def test_every_documented_answer_has_a_test_that_saw_it() -> None:
    assert {key for key, tests in rows().items() if not tests} == set(), MAKE_ANEW
    assert told() == set(rows()), MAKE_ANEW


def test_every_named_test_is_there() -> None:
    named = {test for tests in rows().values() for test in tests}
    assert {test for test in named if not is_there(test)} == set(), MAKE_ANEW


def test_an_answer_that_nobody_saw_is_not_passed_over() -> None:
    assert page({}).count("**nobody**") == len(told())
