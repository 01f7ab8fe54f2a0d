"""`easement apps` and `easement credentials`, beside a running network."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from joserfc.jwk import ECKey

from tests.support.command import Served, easement
from tests.support.process import eventually

CALLBACK = "https://budget.example/callback"
FIXED = {
    "EASEMENT_SANDBOX_SERVICE_CLIENT_ID": "ci-recipient",
    "EASEMENT_SANDBOX_SERVICE_CLIENT_SECRET": "ci-recipient-secret",
    "EASEMENT_SANDBOX_PROVIDER_CLIENT_ID": "ci-provider",
    "EASEMENT_SANDBOX_PROVIDER_CLIENT_SECRET": "ci-provider-secret",
}
Run = Callable[..., str]


@pytest.fixture
def run(served: Served) -> Run:
    """Run a command on the network's data; what it printed."""
    served.start()

    def command(*arguments: str | Path, fails: bool = False) -> str:
        ran = easement(*map(str, arguments), EASEMENT_DATA_DIR=str(served.data_dir))
        assert (ran.returncode != 0) is fails, ran.stderr
        assert "Traceback" not in ran.stderr
        return ran.stderr if fails else ran.stdout

    return command


def pair(printed: str) -> tuple[str, str]:
    found = re.fullmatch(r"client_id      (\S+)\nclient_secret  (\S{43})\n", printed)
    assert found is not None, printed
    return found[1], found[2]


def secret(printed: str) -> str:
    found = re.fullmatch(r"client_secret  (\S{43})\n", printed)
    assert found is not None, printed
    return found[1]


def is_let_in(served: Served, auth: tuple[str, str]) -> bool:
    answer = requests.post(
        f"{served.url}/token",
        data={"grant_type": "refresh_token", "refresh_token": "unknown"},
        auth=auth,
        timeout=30,
    )
    assert answer.status_code in {400, 401}
    return answer.status_code == 400


def service(served: Served, auth: tuple[str, str], scope: str) -> int:
    form = {"grant_type": "client_credentials", "scope": scope}
    return requests.post(f"{served.url}/oauth2/token", data=form, auth=auth, timeout=30).status_code


def created(run: Run, *options: str) -> tuple[str, str]:
    return pair(
        run(
            *("apps", "create", "--company", "Budget Inc", "--name", "Budget"),
            *("--redirect-uri", CALLBACK, "--product", "balances", "--provider", "mikomo"),
            *options,
        )
    )


def test_an_app_is_registered_used_changed_and_given_a_new_secret(served: Served, run: Run) -> None:
    client_id, old = created(run, "--profile", "oauth", "--support-email", "help@budget.example")

    assert is_let_in(served, (client_id, old))
    assert f"{client_id}  oauth  Budget  Budget Inc (company_" in run("apps", "list")
    shown = run("apps", "show", client_id)
    assert old not in shown
    for line in (
        "name: Budget",
        "profile: oauth",
        f"- {CALLBACK}",
        "- account_info\n- balances",
        "mikomo: ACTIVE",
        "- no end",
        "support_email: help@budget.example",
    ):
        assert line in shown

    new = secret(run("apps", "rotate-secret", client_id, "--overlap", "1h"))
    eventually("the new secret", lambda: is_let_in(served, (client_id, new)))
    assert is_let_in(served, (client_id, old))
    assert "- until 20" in run("apps", "show", client_id)
    newest = secret(run("apps", "rotate-secret", client_id, "--overlap", "0m"))
    eventually("the end of the others", lambda: not is_let_in(served, (client_id, new)))
    assert is_let_in(served, (client_id, newest))

    duration = ("--consent-duration", "90d", "--id-token-alg", "ES256")
    run("apps", "update", client_id, "--name", "Budget 2", "--profile", "akoya", *duration)
    shown = run("apps", "show", client_id)
    assert "name: Budget 2" in shown
    assert "type: TIME_BOUND\n  days: 90" in shown
    assert "id_token_alg: ES256" in shown
    run("apps", "update", client_id, "--consent-duration", "one-time")
    assert "type: ONE_TIME" in run("apps", "show", client_id)


def test_products_and_subscriptions_are_printed_and_set(run: Run) -> None:
    client_id, _ = created(run)

    assert run("apps", "products", client_id) == "account_info\nbalances\n"
    assert run("apps", "products", client_id, "tax") == "account_info\ntax\n"
    assert run("apps", "products", client_id) == "account_info\ntax\n"
    assert run("apps", "subscriptions", client_id) == "mikomo=ACTIVE\n"
    assert run("apps", "subscriptions", client_id, "mikomo=SUSPENDED") == "mikomo=SUSPENDED\n"
    assert run("apps", "subscriptions", client_id) == "mikomo=SUSPENDED\n"


def test_an_app_with_keys_is_made_without_a_secret_and_gets_one_when_they_go(
    served: Served, run: Run, tmp_path: Path
) -> None:
    key = ECKey.generate_key("P-256", {"kid": "one"})
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))

    client_id, old = created(run)
    run("apps", "update", client_id, "--jwks", file)
    eventually("the end of the secret", lambda: not is_let_in(served, (client_id, old)))
    assert "kid: one" in run("apps", "show", client_id)
    assert "without keys" in run("apps", "rotate-secret", client_id, fails=True)
    run("apps", "update", client_id, "--no-jwks")
    new = secret(run("apps", "rotate-secret", client_id))
    eventually("the new secret", lambda: is_let_in(served, (client_id, new)))
    assert not is_let_in(served, (client_id, old))


def test_how_the_sandbox_app_was_set_up_outlives_a_restart(served: Served, run: Run) -> None:
    client_id, _ = served.credentials
    run("apps", "update", client_id, "--profile", "oauth", "--support-email", "a@b.example")
    served.stop()
    served.start()

    shown = run("apps", "show", client_id)
    assert "profile: oauth" in shown
    assert "support_email: a@b.example" in shown
    assert is_let_in(served, served.credentials)


def test_what_is_wrong_with_an_app_is_said_in_words(run: Run, tmp_path: Path) -> None:
    client_id, _ = created(run)
    create = ("apps", "create", "--company", "Budget Inc", "--name")
    empty = tmp_path / "empty.json"
    empty.write_text("{}")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for arguments, words in (
        ((*create, "<b>", "--redirect-uri", "ftp://x"), ("name: ", "redirect_uris[0]: ")),
        ((*create, "BUDGET", "--redirect-uri", CALLBACK), ("name: expected a name that no other",)),
        ((*create, "A", "--redirect-uri", CALLBACK, "--provider", "x"), ("no provider 'x'",)),
        ((*create, "A", "--redirect-uri", CALLBACK, "--jwks", empty), ("jwks: expected",)),
        ((*create, "A", "--redirect-uri", CALLBACK, "--jwks", broken), ("expected JSON",)),
        ((*create, "A", "--redirect-uri", CALLBACK, "--id-token-alg", "none"), ("id_token_alg:",)),
        (("apps", "show", "nobody"), ("no app 'nobody'",)),
        (("apps", "update", "nobody", "--name", "A"), ("no app 'nobody'",)),
        (("apps", "update", client_id), ("something to change",)),
        (("apps", "update", client_id, "--jwks", empty, "--no-jwks"), ("either --jwks",)),
        (("apps", "update", client_id, "--consent-duration", "0d"), ("one-time, persistent",)),
        (("apps", "rotate-secret", client_id, "--overlap", "a day"), ("such as 30m, 24h",)),
        (("apps", "rotate-secret", client_id, "--overlap", "31d"), ("at most 30 days",)),
        (("apps", "subscriptions", client_id, "mikomo"), ("PROVIDER=STATUS",)),
        (("apps", "subscriptions", client_id, "x=ACTIVE"), ("no provider 'x'",)),
        (("apps", "--data-dir", tmp_path / "none", "list"), ("no network has run on",)),
    ):
        said = run(*arguments, fails=True)
        assert all(word in said for word in words), said


def test_service_credentials_are_issued_rotated_and_revoked(served: Served, run: Run) -> None:
    recipient = pair(run("credentials", "create", "--recipient", "sandbox"))
    provider = pair(run("credentials", "create", "--provider", "mikomo", "--scope", "permissions"))

    assert service(served, recipient, "app_management_v2 advisory") == 200
    assert service(served, provider, "permissions") == 200
    assert service(served, provider, "provider_maintenance") == 400
    listed = run("credentials", "list")
    assert recipient[0] in listed
    assert recipient[1] not in listed
    assert re.search(rf"{provider[0]}  provider mikomo  \S+  1  permissions\n", listed)

    new = secret(run("credentials", "rotate-secret", provider[0]))
    for each in (new, provider[1]):
        assert service(served, (provider[0], each), "permissions") == 200
    assert run("credentials", "revoke", provider[0]) == (
        f"{provider[0]} is revoked, with its tokens.\n"
    )
    assert service(served, (provider[0], new), "permissions") == 401


def test_what_is_wrong_with_a_credential_is_said_in_words(run: Run) -> None:
    create = ("credentials", "create")
    for arguments, words in (
        (create, "either --recipient ID"),
        ((*create, "--recipient", "a", "--provider", "b"), "either --recipient ID"),
        ((*create, "--recipient", "nobody"), "with the id 'nobody'"),
        ((*create, "--provider", "nobody"), "no provider 'nobody'"),
        ((*create, "--recipient", "sandbox", "--scope", "permissions"), "app_management_v2"),
        (("credentials", "revoke", "nobody"), "no service credential 'nobody'"),
        (("credentials", "rotate-secret", "nobody"), "no service credential 'nobody'"),
    ):
        assert words in run(*arguments, fails=True)


def test_the_start_prints_a_service_credential_of_each_kind(served: Served) -> None:
    served.start()
    pairs = dict(re.findall(r"^  (recipient|provider) +(\S+:\S+)$", served.printed, re.MULTILINE))

    for kind, scope in (("recipient", "app_management_v2"), ("provider", "permissions")):
        client_id, _, client_secret = pairs[kind].partition(":")
        assert service(served, (client_id, client_secret), scope) == 200

    served.stop()
    served.start()
    assert all(each in served.printed for each in pairs.values())


def test_service_credentials_can_be_fixed(served: Served) -> None:
    served.start(environ=FIXED)

    assert "ci-recipient:ci-recipient-secret" in served.printed
    assert service(served, ("ci-recipient", "ci-recipient-secret"), "advisory") == 200
    assert service(served, ("ci-provider", "ci-provider-secret"), "permissions") == 200


@pytest.mark.parametrize(
    ("fixed", "words"),
    [
        ({"EASEMENT_SANDBOX_SERVICE_CLIENT_ID": "a:b"}, "1 to 128 letters"),
        ({**FIXED, "EASEMENT_SANDBOX_PROVIDER_CLIENT_ID": "ci-recipient"}, "two client_ids"),
    ],
)
def test_service_credentials_that_cannot_be_used_are_refused(
    served: Served, fixed: dict[str, str], words: str
) -> None:
    ran = easement("serve", *served.options, **fixed)

    assert ran.returncode != 0
    assert words in ran.stderr
