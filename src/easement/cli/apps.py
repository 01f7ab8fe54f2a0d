"""`easement apps`: the apps of data recipients, registered, changed, and given new secrets."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from easement.cli.client_administration import administer_clients, database_options
from easement.cli.periods import ConsentDurationWord, Period
from easement.fdx.consent_duration import ConsentDuration
from easement.main.settings import Settings
from easement.products.model import Product
from easement.recipients.model import App, Profile, SubscriptionStatus

if TYPE_CHECKING:
    from easement.main.clients import ClientAdministration

F = TypeVar("F", bound=Callable[..., Any])

_PRODUCTS = click.Choice([product.value for product in Product])
_JWKS_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
@database_options
@click.pass_context
def apps(context: click.Context, data_dir: Path, database_url: str | None) -> None:
    """Look at the apps of this network, register new ones, and change them.

    Works on the network's database, also while it runs: a change takes effect within a second.
    """
    context.obj = Settings(data_dir=data_dir.absolute(), database=database_url or None)


def _manner(command: F) -> F:
    """Adds the options on how an app speaks and proves itself."""
    for option in reversed((
        click.option("--profile", type=click.Choice([each.value for each in Profile]),
                     help="How it speaks OAuth: akoya is classic, oauth is RFC 9700."),
        click.option("--jwks", "jwks_file", type=_JWKS_FILE,
                     help="File with its public keys (JWK Set); then it has no secret."),
        click.option("--id-token-alg", metavar="ALG",
                     help="RS256, PS256, ES256 or EdDSA: how its id_tokens are signed."),
        click.option("--consent-duration", type=ConsentDurationWord(),
                     help="The longest it asks for: one-time, persistent, or days such as 90d."),
        click.option("--support-email", help="Where its company hears of what concerns it."),
        click.option("--logo-url", help="The picture that consumers see; https."),
    )):  # fmt: skip
        command = option(command)
    return command


@apps.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the apps: client_id, profile, name, company and its id."""

    async def every(clients: "ClientAdministration") -> list[App]:
        return await clients.recipients.every()

    for app in administer_clients(settings, every):
        click.echo(f"{app.id}  {app.profile:<5}  {app.name}  {app.company_name} ({app.company_id})")


@apps.command()
@click.argument("app_id", metavar="ID")
@click.pass_obj
def show(settings: Settings, app_id: str) -> None:
    """Show an app, all but its secrets."""
    from easement.main import policy_file

    app = administer_clients(settings, lambda clients: clients.app(app_id))
    duration = app.consent_duration
    shown = {
        "client_id": app.id,
        "name": app.name,
        "company": {"id": app.company_id, "name": app.company_name},
        "profile": app.profile.value,
        "redirect_uris": sorted(app.redirect_uris),
        "products": [product.value for product in Product if product in app.products],
        "subscriptions": {name: status.value for name, status in app.subscriptions.items()},
        "secrets": [
            "no end" if each.expires_at is None else f"until {each.expires_at.isoformat()}"
            for each in sorted(app.secrets, key=lambda each: each.expires_at is not None)
        ],
        "jwks": None if app.jwks is None else dict(app.jwks),
        "id_token_alg": app.id_token_alg,
        "consent_duration": None
        if duration is None
        else {"type": duration.type.value, "days": duration.days},
        "support_email": app.support_email,
        "logo_url": app.logo_url,
    }
    click.echo(policy_file.write(shown), nl=False)


@apps.command()
@click.option("--company", required=True, help="Id or name of a company; a new name makes one.")
@click.option("--name", required=True, help="What consumers read.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, required=True, metavar="URI",
              help="Where consumers return to; repeatable.")  # fmt: skip
@click.option("--product", "products", multiple=True, type=_PRODUCTS,
              help="Repeatable; account_info comes with any other.")  # fmt: skip
@click.option("--provider", "providers", multiple=True, metavar="ID",
              help="A provider it is subscribed to; repeatable.")  # fmt: skip
@_manner
@click.pass_obj
def create(settings: Settings, /, company: str, name: str, **said: Any) -> None:
    """Register an app and print its client_id and secret; the secret is shown this once."""
    blank = App(
        id="",
        name=name,
        company_id="",
        company_name="",
        logo_url=None,
        redirect_uris=frozenset(said["redirect_uris"]),
        products=frozenset(map(Product, said["products"])),
        subscriptions=dict.fromkeys(said["providers"], SubscriptionStatus.ACTIVE),
    )
    wanted = replace(blank, **_changes(**said))
    app, secret = administer_clients(settings, lambda clients: clients.create_app(company, wanted))
    click.echo(f"client_id      {app.id}")
    if secret is not None:
        click.echo(f"client_secret  {secret}")


@apps.command()
@click.argument("app_id", metavar="ID")
@click.option("--name", help="What consumers read.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, metavar="URI",
              help="Repeatable; these take the place of all there were.")  # fmt: skip
@click.option("--no-jwks", is_flag=True, help="Take its keys away; rotate-secret gives a secret.")
@_manner
@click.pass_obj
def update(settings: Settings, /, app_id: str, *, no_jwks: bool, **said: Any) -> None:
    """Change an app; what is not said stays as it is."""
    if no_jwks and said["jwks_file"] is not None:
        raise click.UsageError("expected either --jwks or --no-jwks")
    changes = _changes(**said)
    if said["redirect_uris"]:
        changes["redirect_uris"] = frozenset(said["redirect_uris"])
    if no_jwks:
        changes["jwks"] = None
    if not changes:
        raise click.UsageError("expected something to change; see --help")
    app = administer_clients(
        settings, lambda clients: clients.update_app(app_id, lambda app: replace(app, **changes))
    )
    click.echo(f"{app.id} is changed.")


@apps.command("rotate-secret")
@click.argument("app_id", metavar="ID")
@click.option("--overlap", type=Period(), default="24h", show_default=True,
              help="How long the secret of before counts on.")  # fmt: skip
@click.pass_obj
def rotate_secret(settings: Settings, app_id: str, overlap: timedelta) -> None:
    """Print a new secret, shown this once."""
    secret = administer_clients(
        settings, lambda clients: clients.rotate_app_secret(app_id, overlap)
    )
    click.echo(f"client_secret  {secret}")


@apps.command()
@click.argument("app_id", metavar="ID")
@click.argument("names", metavar="[PRODUCT]...", nargs=-1, type=_PRODUCTS)
@click.pass_obj
def products(settings: Settings, app_id: str, names: tuple[str, ...]) -> None:
    """Print an app's products, or set them. Consumers consent to them anew."""
    chosen = frozenset(map(Product, names))
    app = administer_clients(
        settings,
        lambda clients: (
            clients.update_app(app_id, lambda app: replace(app, products=chosen))
            if chosen
            else clients.app(app_id)
        ),
    )
    click.echo("\n".join(product for product in Product if product in app.products))


@apps.command()
@click.argument("app_id", metavar="ID")
@click.argument("changes", metavar="[PROVIDER=STATUS]...", nargs=-1)
@click.pass_obj
def subscriptions(settings: Settings, app_id: str, changes: tuple[str, ...]) -> None:
    """Print an app's subscriptions, or set some: ACTIVE, PENDING, SUSPENDED, DENIED, TERMINATED."""
    wanted = dict(map(_subscription, changes))

    def change(app: App) -> App:
        return replace(app, subscriptions={**app.subscriptions, **wanted})

    app = administer_clients(
        settings,
        lambda clients: clients.update_app(app_id, change) if wanted else clients.app(app_id),
    )
    for provider_id, status in sorted(app.subscriptions.items()):
        click.echo(f"{provider_id}={status}")


def _subscription(said: str) -> tuple[str, SubscriptionStatus]:
    provider_id, _, status = said.partition("=")
    if not provider_id or status not in set(SubscriptionStatus):
        raise click.UsageError(
            f"{said!r}: expected PROVIDER=STATUS, with a status out of "
            f"{', '.join(SubscriptionStatus)}"
        )
    return provider_id, SubscriptionStatus(status)


def _changes(
    *,
    name: str | None = None,
    profile: str | None,
    jwks_file: Path | None,
    id_token_alg: str | None,
    consent_duration: ConsentDuration | None,
    support_email: str | None,
    logo_url: str | None,
    **_other: object,
) -> dict[str, Any]:
    """The fields that were said, as an app has them."""
    said = {
        "name": name,
        "profile": None if profile is None else Profile(profile),
        "jwks": None if jwks_file is None else _read_json(jwks_file),
        "id_token_alg": id_token_alg,
        "consent_duration": consent_duration,
        "support_email": support_email,
        "logo_url": logo_url,
    }
    return {field: value for field, value in said.items() if value is not None}


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise click.ClickException(f"{path}: expected JSON: {error}") from error
