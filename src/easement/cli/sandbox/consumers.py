"""Who there is at the bank, tokens for them, and what they do to their grants there."""

from typing import Any

import click

from easement.cli.sandbox.client import Client, controls
from easement.cli.sandbox.printing import as_json, show_json, show_table


@click.command()
@controls
@as_json
def users(*, client: Client, in_json: bool) -> None:
    """List all users of the running sandbox, your own too, with what each is good for."""
    answer = client.ask("GET", "/users")
    if in_json:
        show_json(answer)
        return
    rows = [
        (each["username"], each["origin"], each["accounts"], each["transactions"], _words(each))
        for each in answer["users"]
    ]
    show_table(("USER", "ORIGIN", "ACCOUNTS", "ROWS", "GOOD FOR"), rows, "No users.")


def _words(user: dict[str, Any]) -> str:
    failure = user["failure"]
    always = failure and f"Always {failure['httpStatus']}, code {failure['code']}."
    good_for = user["goodFor"] and f"({', '.join(user['goodFor'])})"
    password = user["password"] != user["username"] and f"Password: {user['password']}"
    return " ".join(part for part in (user["scenario"], always, good_for, password) if part)


@click.command()
@controls
@click.option("--user", required=True, help="Sandbox user, such as mikomo_10 or mikomo_10+test7.")
@click.option("--password", help="If it is not the user name.")
@click.option("--accounts", help="Account ids, comma separated; all if left out.")
@click.option("--scope", help="Scope to ask for, with offline_access if left out.")
def tokens(client: Client, **wish: str | None) -> None:
    """Print a token set of your sandbox app for a user, as JSON."""
    form = {name: value for name, value in wish.items() if value is not None}
    show_json(client.post_form("/tokens", form))


@click.command()
@controls
@as_json
def grants(*, client: Client, in_json: bool) -> None:
    """List the newest grants: whose, for which app, whether they live."""
    answer = client.ask("GET", "/grants")
    if in_json:
        show_json(answer)
        return
    rows = [
        (each["grantId"], each["user"], each["clientId"], each["status"], each["accountIds"])
        for each in answer["grants"]
    ]
    show_table(("GRANT", "USER", "APP", "STATUS", "ACCOUNTS"), rows, "No grants yet.")


@click.command()
@controls
@click.argument("grant_id")
def revoke(client: Client, grant_id: str) -> None:
    """End a grant at the bank, as its consumer would there.

    The network learns of it when it next refreshes its bank token.
    """
    client.ask("POST", f"/grants/{grant_id}/revocation", {"by": "consumer"})
    click.echo(f"{grant_id} was ended at the bank.")


@click.command()
@controls
@click.argument("grant_id")
@click.argument("account_ids", nargs=-1, required=True)
def accounts(client: Client, grant_id: str, account_ids: tuple[str, ...]) -> None:
    """Share other accounts under a grant, as its consumer would at the bank."""
    changed = client.ask("PUT", f"/grants/{grant_id}/accounts", {"accountIds": list(account_ids)})
    click.echo(f"{grant_id} now shares {', '.join(changed['accountIds'])}.")
