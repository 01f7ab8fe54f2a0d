"""Scope, PKCE and redirect URIs as pure functions."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.oauth import pkce
from easement.oauth.redirect_uri import form_action_sources, registration_fault, with_parameters
from easement.oauth.scope import SUPPORTED, granted_scope, parse_scope

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_rfc_7636_proves_itself() -> None:
    assert pkce.challenge_of(VERIFIER) == CHALLENGE
    assert pkce.proves(VERIFIER, CHALLENGE)


@pytest.mark.parametrize(
    ("verifier", "challenge"),
    [
        (None, CHALLENGE),
        (VERIFIER, None),
        (VERIFIER[:-1] + "A", CHALLENGE),
        ("short", pkce.challenge_of("short")),
        (VERIFIER + "\u00e9", CHALLENGE),
        (VERIFIER, VERIFIER),
    ],
)
def test_anything_else_proves_nothing(verifier: str | None, challenge: str | None) -> None:
    assert not pkce.proves(verifier, challenge)


@given(st.lists(st.sampled_from([*SUPPORTED, "groups", "unknown"])))
def test_scope_is_granted_in_one_spelling_whatever_its_order(tokens: list[str]) -> None:
    granted = granted_scope(parse_scope(" ".join(tokens)))
    assert granted == granted_scope(parse_scope("  ".join(reversed(tokens))))
    assert set(granted.split()) == set(tokens) & set(SUPPORTED)


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback",
        "https://app.example:8443/cb?tenant=1",
        "com.example.app:/callback",
        "com.example.app://callback",
        "http://localhost:3000/callback",
        "http://127.0.0.1/cb",
        "http://[::1]:9/cb",
    ],
)
def test_these_may_be_registered_in_the_sandbox(uri: str) -> None:
    assert registration_fault(uri, allow_http_loopback=True) is None


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "app.example/callback",
        "https://",
        "https://app.example/cb#part",
        "https://app.example/cb#",
        "https://user:pass@app.example/cb",
        "https://app.example/c b",
        "https://app.example/\u00e9",
        "https://app.example/\r\nx",
        "https://app.example\\@evil.example/",
        "https://app.example/<b>",
        "https://[::1",
        "https://app.example:port/",
        "http://app.example/cb",
        "http://localhost.evil.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "myapp:/cb",
        "https://app.example/" + "a" * 2000,
    ],
)
def test_these_may_not(uri: str) -> None:
    assert registration_fault(uri, allow_http_loopback=True) is not None


PIECES = st.sampled_from(
    ["https", "http", "com.example", "javascript", ":", "/", "//", "@", "#", "?", "\\", ".", "%0d",
     "localhost", "[::1]", "[", "app.example", ":443", "a", "\u00e9", " ", "\0", "\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(), st.booleans())
def test_whatever_may_be_registered_leads_where_it_says(uri: str, in_sandbox: bool) -> None:
    if registration_fault(uri, allow_http_loopback=in_sandbox) is None:
        parts = urlsplit(uri)
        assert parts.geturl().lower().startswith(f"{parts.scheme}:")
        assert uri.isascii()
        assert uri.isprintable()
        assert not set(uri) & set(' #\\"<>')
        assert parts.username is None
        if parts.scheme == "http":
            assert in_sandbox
            assert parts.hostname in {"localhost", "127.0.0.1", "::1"}
        elif parts.scheme == "https":
            assert parts.hostname
        else:
            assert "." in parts.scheme


@given(st.text())
def test_a_scope_is_split_at_single_spaces_and_nowhere_else(value: str) -> None:
    tokens = parse_scope(value)
    assert all(token and " " not in token for token in tokens)
    assert parse_scope("  ".join(tokens)) == tokens


def test_http_is_for_the_sandbox_only() -> None:
    assert registration_fault("http://localhost/cb", allow_http_loopback=False) is not None


@given(
    st.sampled_from(
        [
            "https://app.example/cb",
            "https://app.example/cb?a=1&a=2",
            "https://app.example",
            "com.example.app:/cb",
            "com.example.app:/cb?x=%20",
            "com.example.app://host/cb",
        ]
    ),
    st.dictionaries(st.sampled_from(["code", "state", "iss", "error"]), st.text(min_size=1)),
)
def test_parameters_are_added_and_nothing_else_changes(
    uri: str, parameters: dict[str, str]
) -> None:
    result = with_parameters(uri, parameters)
    before, after = urlsplit(uri), urlsplit(result)
    assert (after.scheme, after.netloc, after.path) == (before.scheme, before.netloc, before.path)
    assert parse_qsl(after.query, strict_parsing=bool(after.query)) == [
        *parse_qsl(before.query),
        *parameters.items(),
    ]
    assert result.isascii()
    assert "\n" not in result


def test_a_form_may_lead_to_the_apps_scheme() -> None:
    assert form_action_sources("https://app.example/cb") == "https:"
    assert "com.example.app:" in form_action_sources("com.example.app:/cb").split()
    assert "http://localhost:*" in form_action_sources("http://localhost:3000/cb").split()
