"""The clock, the apps, the calls, and the way back to the seed."""

import urllib.parse
from typing import Any

import click

from easement.cli.sandbox.client import Client, controls
from easement.cli.sandbox.printing import as_json, show_json, show_table


@click.command()
@controls
@as_json
@click.argument("offset", required=False)
@click.option("--now", help="Make it this moment, such as 2027-01-15T09:00:00Z.")
def clock(*, client: Client, offset: str | None, now: str | None, in_json: bool) -> None:
    """Show the sandbox's clock, or move it.

    OFFSET is how far ahead of the machine's time: P45D, PT36H, seconds, or 0 to go back. One that
    goes behind it stands after --, as in: easement sandbox clock -- -P1D
    """
    if offset is None and now is None:
        answer = client.ask("GET", "/clock")
    else:
        wanted = {"offset": offset, "now": now}
        answer = client.ask(
            "PUT", "/clock", {name: each for name, each in wanted.items() if each is not None}
        )
    if in_json:
        show_json(answer)
        return
    moved = f"moved by {answer['offset']}" if answer["offsetSeconds"] else "the machine's time"
    click.echo(f"{answer['now']}   {moved}")
    if answer["bank"]["offsetSeconds"] != answer["offsetSeconds"]:
        click.echo(f"{answer['bank']['now']}   at the bank: move the clock once more")


@click.command()
@controls
@as_json
def apps(*, client: Client, in_json: bool) -> None:
    """List the apps with their products and subscription."""
    answer = client.ask("GET", "/apps")
    if in_json:
        show_json(answer)
        return
    rows = [
        (each["clientId"], each["name"], each["subscription"], each["products"])
        for each in answer["apps"]
    ]
    show_table(("APP", "NAME", "SUBSCRIPTION", "PRODUCTS"), rows, "No apps.")


@click.command()
@controls
@click.argument("client_id")
@click.option("--products", help="Comma separated, in place of those it has.")
@click.option("--subscription", help="ACTIVE, PENDING, SUSPENDED, DENIED or TERMINATED.")
def app(client: Client, client_id: str, products: str | None, subscription: str | None) -> None:
    """Give an app other products or another subscription, until the next start or reset."""
    change: dict[str, Any] = {}
    if products is not None:
        change["products"] = [each.strip() for each in products.split(",") if each.strip()]
    if subscription is not None:
        change["subscription"] = subscription.upper()
    changed = client.ask("PATCH", f"/apps/{urllib.parse.quote(client_id, safe='')}", change)
    click.echo(f"{changed['name']}: {changed['subscription']}, {', '.join(changed['products'])}")


@click.command()
@controls
@as_json
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option(
    "--bodies/--no-bodies", default=None, help="Whether the bank remembers bodies of calls to come."
)
def calls(*, client: Client, limit: int, bodies: bool | None, in_json: bool) -> None:
    """List the newest product calls, each with what the bank was asked for it."""
    if bodies is not None:
        client.ask("PUT", "/calls", {"bodies": bodies})
        click.echo(f"The bank keeps {'bodies' if bodies else 'no bodies'} from now on.", err=True)
    answer = client.ask("GET", f"/calls?limit={limit}")
    if in_json:
        show_json(answer)
        return
    rows = [
        (
            each["at"],
            each["product"],
            each["version"],
            each["status"],
            each["code"],
            each["interactionId"],
            _at_bank(each["bank"]),
        )
        for each in answer["calls"]
    ]
    headings = ("TIME", "PRODUCT", "V", "STATUS", "CODE", "INTERACTION", "AT THE BANK")
    show_table(headings, rows, "No calls yet.")


def _at_bank(asked: list[dict[str, Any]] | None) -> str:
    if asked is None:
        return "unknown"
    lines = [f"{call['method']} {call['path']} {call['status'] or 'cut off'}" for call in asked]
    return "; ".join(lines) or "not asked"


@click.command()
@controls
def reset(client: Client) -> None:
    """Put network and bank back to the seed; keys and credentials stay."""
    client.ask("POST", "/reset")
    click.echo("Everything is back to the seed.")
