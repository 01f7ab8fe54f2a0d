"""The last character, the exact words: edges of the pure functions of OAuth."""

import pytest

from easement.oauth import pkce
from easement.oauth.id_token import at_hash
from easement.oauth.redirect_uri import form_action_sources, registration_fault, with_parameters
from easement.oauth.scope import parse_scope

CREDENTIALS = "a redirect URI carries no credentials"
NO_URI = "expected at most 2000 characters, all of them such as a URI may have"
SCHEMES = "expected https, or a private-use scheme such as com.example.app:/callback"


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("https://app.example/c b", NO_URI),
        ("https://[::1", "expected an absolute URI such as https://app.example/callback"),
        ("https://app.example/cb#", "a redirect URI has no fragment"),
        ("https://user@app.example/cb", CREDENTIALS),
        ("https://:secret@app.example/cb", CREDENTIALS),
        ("https://@app.example/cb", CREDENTIALS),
        ("https:///cb", "expected a host after https://"),
        ("http://app.example/cb", "http is for localhost in the sandbox; use https"),
        ("myapp:/cb", SCHEMES),
        ("/cb", SCHEMES),
    ],
)
def test_a_redirect_uri_that_may_not_be_registered_is_told_why(uri: str, words: str) -> None:
    assert registration_fault(uri, allow_http_loopback=True) == words


def test_a_redirect_uri_has_two_thousand_characters_and_not_one_more() -> None:
    longest = "https://app.example/".ljust(2000, "a")

    assert registration_fault(longest, allow_http_loopback=False) is None
    assert registration_fault(f"{longest}a", allow_http_loopback=False) == NO_URI


def test_an_answer_has_no_fragment() -> None:
    answer = with_parameters("https://app.example/cb?a=1", {"code": "c d"})

    assert answer == "https://app.example/cb?a=1&code=c+d"


@pytest.mark.parametrize(
    ("uri", "sources"),
    [
        ("https://app.example/cb", "https:"),
        ("http://localhost:3000/cb", "https: http://localhost:* http://127.0.0.1:*"),
        ("com.example.app:/cb", "https: com.example.app:"),
    ],
)
def test_a_form_may_lead_where_the_app_is_and_nowhere_else(uri: str, sources: str) -> None:
    assert form_action_sources(uri) == sources


def test_a_challenge_has_forty_three_characters_of_base64url() -> None:
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    assert pkce.is_challenge(challenge)
    for other in ("", challenge[1:], f"{challenge}A", f"{challenge[1:]}=", f"{challenge}\n"):
        assert not pkce.is_challenge(other)


@pytest.mark.parametrize(("length", "good"), [(42, False), (43, True), (128, True), (129, False)])
def test_a_verifier_has_forty_three_to_a_hundred_and_twenty_eight_characters(
    length: int, good: bool
) -> None:
    verifier = "a" * length

    assert pkce.proves(verifier, pkce.challenge_of(verifier)) is good


def test_neither_challenge_nor_verifier_is_no_downgrade() -> None:
    assert pkce.proves(None, None)


def test_scope_is_separated_by_spaces_alone() -> None:
    assert parse_scope(" a\tb  c\n") == {"a\tb", "c\n"}


def test_the_example_of_openid_connect_core_a_3_has_its_at_hash() -> None:
    assert at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"
