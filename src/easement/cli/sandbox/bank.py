"""Breaking and healing the bank."""

from typing import Any

import click

from easement.cli.sandbox.client import Client, controls
from easement.cli.sandbox.printing import as_json, show_json, show_table

_KINDS = click.Choice(["latency", "status", "truncate", "malformed", "reset", "outage"])


@click.command()
@controls
@as_json
def faults(*, client: Client, in_json: bool) -> None:
    """List what is broken at the bank."""
    answer = client.ask("GET", "/faults")
    if in_json:
        show_json(answer)
        return
    rows = [
        (
            each["id"],
            each["kind"],
            each["endpoint"],
            each["user"] or "everyone",
            f"{each['share']:.0%}",
            each["count"] or "until healed",
            _details(each),
        )
        for each in answer["faults"]
    ]
    headings = ("FAULT", "KIND", "ENDPOINT", "USER", "SHARE", "CALLS LEFT", "DETAILS")
    show_table(headings, rows, "Nothing is broken.")


def _details(fault: dict[str, Any]) -> str:
    names = ("status", "code", "retryAfter", "latencyMs")
    return ", ".join(f"{name} {fault[name]}" for name in names if fault.get(name) is not None)


@click.command("break")
@controls
@click.argument("kind", type=_KINDS)
@click.option(
    "--endpoint",
    default="*",
    show_default=True,
    help="accounts, transactions, customers, contact, payment-networks, statements, "
    "tax-forms, token, authorize, or * for all.",
)
@click.option("--user", help="Only calls about this user.")
@click.option(
    "--share", type=click.FloatRange(0, 1, min_open=True), help="Of the calls: 0.1 is one in ten."
)
@click.option("--count", type=click.IntRange(1), help="Heals itself after so many calls.")
@click.option("--status", type=click.IntRange(300, 599), help="With status; 503 if left out.")
@click.option("--code", type=int, help="FDX code of the body, with status.")
@click.option("--retry-after", type=click.IntRange(0), help="Seconds, with status or outage.")
@click.option("--latency-ms", type=click.IntRange(1), help="With latency; 3000 if left out.")
def break_bank(client: Client, kind: str, **options: Any) -> None:
    """Break the bank: it answers late, an error, half an answer, nonsense, or not at all."""
    if kind == "status" and options["status"] is None:
        options["status"] = 503
    if kind == "latency" and options["latency_ms"] is None:
        options["latency_ms"] = 3000
    names = {"retry_after": "retryAfter", "latency_ms": "latencyMs"}
    fault = {names.get(name, name): value for name, value in options.items() if value is not None}
    made = client.ask("POST", "/faults", {"kind": kind, **fault})
    click.echo(f"{made['id']} is in force; easement sandbox heal {made['id']} ends it.")


@click.command()
@controls
@click.argument("fault_id", required=False)
def heal(client: Client, fault_id: str | None) -> None:
    """Heal one fault, or all without an id."""
    client.ask("DELETE", f"/faults/{fault_id}" if fault_id else "/faults")
    click.echo(f"{fault_id} is healed." if fault_id else "All is healed.")
