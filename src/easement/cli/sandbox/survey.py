"""`easement sandbox survey`: every user, product and version, held against the catalogue."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import click

from easement.cli.sandbox.client import Client, controls
from easement.cli.sandbox.printing import as_json, show_json, show_table
from easement.products.catalogue import ENDPOINTS, VERSIONS

_ALWAYS = "startTime=1900-01-01&endTime=2199-12-31&limit=500"
_NOTHING = 404
_ACCOUNT_LISTS = ("accounts-info", "balances", "accounts")
# Sent in every version: one that does not know a header passes over it.
_HEADERS = {"interaction-type": "batch", "last-access": "2026-01-15T08:30:00Z",
            "intent-type": "nonpayments"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to all calls of one product: the first status that is not 200, or 200; the FDX
    code with it; how many rows came."""

    status: int = 200
    code: int | None = None
    rows: int = 0

    def and_then(self, other: "Found") -> "Found":
        """Both together."""
        first = self if self.status != 200 else other
        return replace(first, rows=self.rows + other.rows)


@dataclass(frozen=True, slots=True)
class Line:
    """One product of one user, by version. `promised` is what the catalogue says, in words."""

    user: str
    product: str
    found: Mapping[str, Found]
    promised: str
    is_kept: bool


class Surveyor:
    """Reads everything that one user has."""

    def __init__(self, client: Client, user: Mapping[str, Any], header_prefix: str) -> None:
        form = {"user": user["username"], "password": user["password"]}
        self._id_token = client.post_form("/tokens", form)["id_token"]
        claims = _claims(self._id_token)
        self._provider = claims["connectorId"]
        self._accounts = sorted(claims["accounts"])
        self._client = client
        self._user = user
        self._headers = {f"{header_prefix}{name}": value for name, value in _HEADERS.items()}

    def lines(self) -> Iterator[Line]:
        """All products."""
        for product in ENDPOINTS:
            found = {version: self._read(product, version) for version in VERSIONS}
            promised, is_kept = _promise(self._user, product)
            yield Line(
                self._user["username"],
                product,
                found,
                promised,
                all(map(is_kept, found.values())) and len(set(found.values())) == 1,
            )

    def _read(self, product: str, version: str) -> Found:
        base = f"/{product}/{version}/{quote(self._provider, safe='')}"
        if product in _ACCOUNT_LISTS:
            return self._counted(base, "accounts")
        if product == "customers":
            return self._counted(f"{base}/current", "customer")
        if product == "tax-forms":
            return self._counted(base, "statements")
        if product == "taxlots":
            return self._tax_lots(base, version)
        total = Found()
        for account_id in self._accounts:
            path = f"{base}/{quote(account_id, safe='')}"
            total = total.and_then(self._of_account(product, path))
        return total

    def _of_account(self, product: str, path: str) -> Found:
        if product == "payments":
            return self._counted(f"{path}/payment-networks", "paymentNetworks")
        if product == "contacts":
            return self._counted(path, "holders")
        return self._listed(f"{path}?{_ALWAYS}", product)

    def _listed(self, path: str, member: str) -> Found:
        """All pages of a list."""
        total = Found()
        following: str | None = path
        while following:
            status, body = self._ask(following)
            total = total.and_then(_counted(status, body, member))
            following = body.get("links", {}).get("next", {}).get("href") if status == 200 else None
        return total

    def _tax_lots(self, base: str, version: str) -> Found:
        path = f"/accounts/{version}/{quote(self._provider, safe='')}"
        status, body = self._ask(path)
        if status != 200:
            return _counted(status, body, "accounts")
        total = Found()
        for account_id, holding in _holdings(body):
            if holding.get("taxLots") and "holdingId" in holding:
                segments = (
                    quote(str(each), safe="") for each in (account_id, holding["holdingId"])
                )
                found = self._ask("/".join((base, *segments)) + "?limit=500")
                lots = found[1].get("holding", {})
                total = total.and_then(_counted(found[0], {**found[1], **lots}, "taxLots"))
        return total

    def _counted(self, path: str, member: str) -> Found:
        return _counted(*self._ask(path), member)

    def _ask(self, path: str) -> tuple[int, Any]:
        return self._client.product(path, self._id_token, self._headers)


@click.command()
@controls
@as_json
@click.option("--user", "only", multiple=True, help="Only this user; may be given several times.")
@click.option(
    "--header-prefix",
    envvar="EASEMENT_HEADER_PREFIX",
    default="x-akoya-",
    help="How the network's own headers begin.",
)
@click.pass_context
def survey(
    context: click.Context,
    *,
    client: Client,
    in_json: bool,
    only: tuple[str, ...],
    header_prefix: str,
) -> None:
    """Read all products of all users in all versions, and hold them against the catalogue.

    Exits with 1 if something is not as promised.
    """
    listed = client.ask("GET", "/users")["users"]
    if unknown := sorted(set(only) - {each["username"] for each in listed}):
        raise click.ClickException(f"no user {', '.join(unknown)}; sandbox users lists them")
    wanted = [each for each in listed if not only or each["username"] in only]
    lines = [line for user in wanted for line in Surveyor(client, user, header_prefix).lines()]
    broken = [line for line in lines if not line.is_kept]
    if in_json:
        show_json([_json(line) for line in lines])
    else:
        headings = ("USER", "PRODUCT", *(name.upper() for name in VERSIONS), "PROMISED", "RESULT")
        show_table(headings, [_cells(line) for line in lines], "No users.")
        click.echo(f"{len(lines) - len(broken)} of {len(lines)} are as promised.")
    if broken:
        context.exit(1)


def _promise(user: Mapping[str, Any], product: str) -> tuple[str, Callable[[Found], bool]]:
    """What the catalogue says of a user's product, and whether an answer keeps it."""
    failure = user["failure"]
    if failure is not None:
        status, code = failure["httpStatus"], failure["code"]
        return f"{status}, code {code}", lambda found: (found.status, found.code) == (status, code)
    counts = {**dict.fromkeys(_ACCOUNT_LISTS, user["accounts"])}
    counts["transactions"] = user["transactions"]
    if product in counts:
        rows = counts[product]
        return f"{rows} rows", lambda found: (found.status, found.rows) == (200, rows)
    if product in user["products"]:
        return "some rows", lambda found: found.status == 200 and found.rows > 0
    return "nothing", lambda found: found.status in {200, _NOTHING}


def _counted(status: int, body: Mapping[str, Any], member: str) -> Found:
    if status != 200:
        return Found(status, body.get("code"))
    value = body.get(member)
    return Found(rows=len(value) if isinstance(value, list) else int(bool(value)))


def _holdings(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in body["accounts"]:
        for account in entry.values():
            for holding in account.get("holdings") or []:
                yield account["accountId"], holding


def _claims(token: str) -> Any:
    """What the token says; the network that gave it answers for the rest."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _cells(line: Line) -> tuple[str, ...]:
    shown = (
        f"{found.status}, {found.rows} rows"
        if found.code is None
        else f"{found.status}, code {found.code}"
        for found in line.found.values()
    )
    return (line.user, line.product, *shown, line.promised, "ok" if line.is_kept else "FAILED")


def _json(line: Line) -> dict[str, Any]:
    found = {
        version: {"status": each.status, "code": each.code, "rows": each.rows}
        for version, each in line.found.items()
    }
    words = {"user": line.user, "product": line.product, "promised": line.promised}
    return {**words, **found, "ok": line.is_kept}
