"""The document and the code say the same: routes, parameters, headers, error codes."""

import ast
import inspect
import re
import sys
from typing import Any

import pytest
import requests
from starlette.routing import Mount, Route

from easement.fdx import codes
from easement.gateway.app import FAMILIES, PREFIXES
from easement.gateway.errors import RefusedError
from easement.gateway.media_types import offered
from easement.gateway.payments import PaymentsFamily
from easement.gateway.request import ACCEPT, AUTHORIZATION, HeaderNames, Request
from easement.main.network import open_network
from easement.platform.clock import MovableClock
from easement.products.catalogue import VERSIONS
from easement.reference.products import CALLS, JSON, ProductCall
from tests.support.app import TIMEOUT_S, V3_HEADERS, RecipientApp
from tests.support.network import RunningNetwork
from tests.support.openapi import Json, operations

# What people look at, and files; the rest is for programs and stands in the document.
PAGES = re.compile(
    r"/|/static|/demo(/.*)?|/docs(/.*)?|/openapi\.json|/postman/.*|/callback/.*|/consent/.*"
    r"|/sandbox(/(?!v1/).*)?"
)
EVERY_CODE = {each for each in vars(codes).values() if isinstance(each, codes.ErrorCode)}


def named(call: ProductCall) -> str:
    return call.name


def asked(call: ProductCall, rest: tuple[str, ...]) -> Request:
    names = HeaderNames("x-akoya-")
    return Request(call.endpoint, VERSIONS["v3"], "mikomo", rest, b"", names, {})


def family_of(call: ProductCall) -> Any:
    return {**FAMILIES, "payments": PaymentsFamily(tokens=None)}[call.endpoint]  # type: ignore[arg-type]


def rest_of(call: ProductCall) -> tuple[str, ...]:
    """The segments behind the provider, with something in place of the ids."""
    return tuple(re.sub(r"{\w+}", "1", call.path).strip("/").split("/")) if call.path else ()


def routes_of(app: Any) -> list[Any]:
    """The routes of the pages, which stand behind the gateway's door and some middleware."""
    while not hasattr(app, "routes"):
        app = vars(app).get("_pages") or vars(app)["_app"]
    return list(app.routes)


async def test_every_route_is_in_the_document_or_a_page(
    sandbox_network: RunningNetwork, document: Json
) -> None:
    told = {
        (each.path, each.method.upper())
        for tag in ("Authorization", "Sandbox")
        for each in operations(document, tag)
    }
    settings, secrets = sandbox_network.settings, sandbox_network.secrets
    async with open_network(settings, secrets, MovableClock()) as network:
        routes = routes_of(network.app)

    served = {
        (route.path, method)
        for route in routes
        if not PAGES.fullmatch(route.path)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert all(isinstance(route, Route | Mount) for route in routes)
    assert told == served


def test_every_product_path_is_in_the_document_in_every_version(document: Json) -> None:
    told = {each.path for each in operations(document, "Products")}

    assert {call.endpoint for call in CALLS} == PREFIXES == {*FAMILIES, "payments"}
    assert told == {
        f"/{call.endpoint}/{version}/{{providerId}}{call.path}"
        for call in CALLS
        for version in VERSIONS
    }


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_a_path_of_the_document_is_one_of_the_gateway(call: ProductCall) -> None:
    family_of(call).check_path(asked(call, rest_of(call)))


@pytest.mark.parametrize("endpoint", sorted(PREFIXES))
def test_a_path_longer_than_those_of_the_document_is_none_of_the_gateway(endpoint: str) -> None:
    longest = max((each for each in CALLS if each.endpoint == endpoint), key=lambda c: len(c.path))

    with pytest.raises(RefusedError) as refusal:
        family_of(longest).check_path(asked(longest, (*rest_of(longest), "more")))
    assert refusal.value.error is codes.FORBIDDEN


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("call", CALLS, ids=named)
def test_parameters_of_the_document_are_those_the_gateway_knows(
    sandbox_network: RunningNetwork, document: Json, call: ProductCall, version: str
) -> None:
    app = RecipientApp(sandbox_network, sandbox_network.secrets.sandbox)
    tokens = app.mint("mikomo_9")
    account_id = app.get("accounts-info", tokens["id_token"]).json()["accounts"][0]
    ((_, account),) = account_id.items()
    path = re.sub(r"{accountId}", account["accountId"], call.path)
    path = re.sub(r"{\w+}", "1", path)

    answer = requests.get(
        f"{sandbox_network.url}/{call.endpoint}/{version}/mikomo{path}?nobodyKnows=1",
        headers={"authorization": f"Bearer {tokens['id_token']}", **V3_HEADERS},
        timeout=TIMEOUT_S,
    )

    known = re.fullmatch(r"Unknown query parameter; known: (.*)\.", answer.json()["debugMessage"])
    assert known is not None
    operation = document["paths"][f"/{call.endpoint}/{version}/{{providerId}}{call.path}"]["get"]
    told = {each["name"] for each in operation["parameters"] if each["in"] == "query"}
    assert told == set(known[1].split(", "))


@pytest.mark.parametrize("name", VERSIONS)
def test_headers_of_the_document_are_those_the_gateway_reads(document: Json, name: str) -> None:
    version = VERSIONS[name]
    names = HeaderNames("x-akoya-", ["x-sandbox-fault"])
    read = names.read - {AUTHORIZATION, ACCEPT}
    if not version.last_access_required:
        read -= {names.last_access}
    if not version.intent_type_rules:
        read -= {names.intent_type}
    required = {
        names.interaction_type: version.interaction_type_required,
        names.last_access: version.last_access_required,
    }

    for operation in operations(document, f"Products {name}"):
        headers = [each for each in operation.body["parameters"] if each["in"] == "header"]
        assert {each["name"].encode() for each in headers} == read
        for each in headers:
            assert each["required"] is required.get(each["name"].encode(), False), each["name"]


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_media_types_of_the_document_are_those_the_gateway_offers(
    document: Json, call: ProductCall
) -> None:
    path = f"/{call.endpoint}/v3/{{providerId}}{call.path}"
    told = document["paths"][path]["get"]["responses"]["200"]["content"]

    offers = set(offered(asked(call, rest_of(call))))
    if call.name == "taxForms":
        # There it chooses that PDFs come with the data.
        assert set(told) == offers & {JSON}
    else:
        assert set(told) == offers


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_a_code_that_a_family_may_answer_is_in_the_document(call: ProductCall) -> None:
    answered = {getattr(codes, name) for name in codes_in(family_of(call))}
    assert answered, "the codes are named in another way now"
    assert answered - set(call.errors) == set()


def test_every_code_of_the_network_is_in_the_document(document: Json) -> None:
    told = {
        (each["value"]["code"], int(status), each["value"]["message"])
        for operation in operations(document, "Products")
        for status, answer in operation.answers.items()
        if int(status) >= 400
        for each in answer["content"]["application/json"]["examples"].values()
    }
    assert told == {(each.code, each.status, each.message) for each in EVERY_CODE}


def test_only_a_provider_that_may_lack_a_product_answers_501() -> None:
    may_lack = {call.endpoint for call in CALLS if codes.NOT_IMPLEMENTED in call.errors}
    raising = {
        endpoint
        for endpoint in PREFIXES
        if "NOT_IMPLEMENTED" in codes_in(family_of(call_of(endpoint)))
    }
    assert may_lack == raising


def call_of(endpoint: str) -> ProductCall:
    return next(call for call in CALLS if call.endpoint == endpoint)


def codes_in(family: object) -> set[str]:
    """Names of the codes that the source of a family's module speaks of."""
    source = inspect.getsource(sys.modules[type(family).__module__])
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "codes"
        and isinstance(getattr(codes, node.attr), codes.ErrorCode)
    }
