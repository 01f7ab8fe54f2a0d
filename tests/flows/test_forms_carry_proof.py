"""Cross-site request forgery: no form of the network, its bank or the demo works without proof that
we served it to this browser."""

import re
from pathlib import Path

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer
from tests.support.network import RunningNetwork
from tests.support.pages import Page

SOURCE = Path(__file__).parents[2] / "src"
TEMPLATES = sorted(SOURCE.rglob("templates/*.html"))
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>(.*?)</form>", re.DOTALL | re.IGNORECASE)
PROOF = re.compile(
    r"<input type=\"hidden\" name=\"csrf\" value=\"\{\{ \w+ \}\}\">|\{\{ proof_input\(proof\) \}\}"
)
# It takes the control token itself, which a page of somebody else does not know.
TAKES_A_SECRET = {"sandbox_sign_in.html"}
SANDBOX_FORMS = (
    *("clock", "faults", "faults/heal", "tokens", "reset", "grants/accounts", "grants/revocation"),
    *("apps/rights", "calls/bodies"),
)


def forms() -> list[tuple[str, str]]:
    return [
        (path.name, body)
        for path in TEMPLATES
        for body in FORM.findall(path.read_text())
        if path.name not in TAKES_A_SECRET
    ]


def test_every_form_in_every_template_carries_a_proof() -> None:
    found = forms()

    assert len(found) >= 18
    for name, body in found:
        assert PROOF.search(body), f"a form in {name} has no proof"


def test_no_template_builds_a_form_in_another_way() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        posting = len(re.findall(r"method=[\"']?post", text, re.IGNORECASE))
        assert posting == len(FORM.findall(text)), path.name
        assert "formaction" not in text, path.name


def refused(consumer: Consumer, page: Page, button: str, **fields: str) -> None:
    for proof in ("", "guessed", "0" * 64):
        answer = consumer.press(page, button, csrf=proof, **fields)
        assert answer.status_code in {400, 403}, (button, proof, answer.status_code)


def test_sign_in_terms_and_consent_go_on_with_their_own_proof_only(
    app: RecipientApp, consumer: Consumer
) -> None:
    sign_in = consumer.open(app.auth_url())
    inputs = sign_in.form.inputs
    values = {inputs["text"]: "mikomo_5", inputs["password"]: "mikomo_5"}
    refused(consumer, sign_in, "Sign in →", **values)
    terms = consumer.press_on(sign_in, "Sign in →", **values)
    refused(consumer, terms, "Next")
    consent = consumer.press_on(terms, "Next")
    refused(consumer, consent, "Approve")
    refused(consumer, consent, "Cancel")

    assert "code=" in consumer.approve(consent)


def test_the_proof_of_one_form_is_none_for_the_next(app: RecipientApp, consumer: Consumer) -> None:
    sign_in = consumer.open(app.auth_url())
    terms = consumer.sign_in(app.auth_url(), "mikomo_5")
    answer = consumer.press(terms, "Next", csrf=sign_in.form.hidden["csrf"])

    assert answer.status_code == 400


def test_the_proof_of_one_browser_is_none_in_another(app: RecipientApp, consumer: Consumer) -> None:
    consent = consumer.consent(app.auth_url(), "mikomo_5")
    form = {**consent.form.hidden, "decision": "approve", "account": [*consent.accounts]}
    answer = requests.post(
        app.network.reach(consent.form.action), data=form, allow_redirects=False, timeout=30
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("form", SANDBOX_FORMS)
def test_a_form_of_the_sandboxs_console_needs_the_session_and_its_proof(
    network: RunningNetwork, form: str
) -> None:
    url = f"{network.url}/sandbox/{form}"
    with requests.Session() as browser:
        stranger = browser.post(url, data={"proof": "x"}, allow_redirects=False, timeout=30)
        browser.post(
            f"{network.url}/sandbox/sign-in",
            data={"token": network.secrets.control_token},
            timeout=30,
        ).raise_for_status()
        unproven = browser.post(url, data={"by": "3600"}, allow_redirects=False, timeout=30)
        guessed = browser.post(
            url, data={"by": "3600", "proof": "guessed"}, allow_redirects=False, timeout=30
        )

    assert stranger.status_code in {303, 401, 403}
    assert "sandbox_session" not in stranger.headers.get("set-cookie", "")
    assert unproven.status_code in {400, 403}
    assert guessed.status_code in {400, 403}
