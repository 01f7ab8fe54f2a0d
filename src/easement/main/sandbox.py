"""The sandbox's content: the bank Mikomo in the directory, and two apps that may use it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from easement.identity.credentials import ServiceCredentials
from easement.identity.scopes import CredentialKind
from easement.main.bank import BANK_CLIENT_ID, PROVIDER_ID
from easement.main.sandbox_credentials import AppCredentials, SandboxSecrets, SettingsError
from easement.main.settings import Settings
from easement.platform.db import Database
from easement.products.model import Product
from easement.providers.directory import Directory
from easement.providers.model import Policy, Provider
from easement.recipients.model import App, AppSecret, SubscriptionStatus
from easement.recipients.service import Recipients

COMPANY_ID = "sandbox"
_POLICY = Policy(id_token_lifetime=timedelta(hours=24), consent_duration=None)


@dataclass(frozen=True, slots=True)
class Branding:
    """How an app shows itself to consumers."""

    name: str
    logo_url: str
    company_id: str
    company_name: str


def mikomo(settings: Settings, client_secret: str) -> Provider:
    """Mikomo in the directory: browsers go to its public URL, the network calls it locally."""
    public, local = settings.bank_public_url, settings.bank_api_url
    return Provider(
        id=PROVIDER_ID,
        display_name="Mikomo",
        logo_url=f"{public}/static/mikomo.svg",
        protocol="fdx_v5",
        settings={
            "issuer": public,
            "authorization_endpoint": f"{public}/oauth/authorize",
            "token_endpoint": f"{local}/oauth/token",
            "revocation_endpoint": f"{local}/oauth/revoke",
            "jwks_uri": f"{local}/oauth/jwks",
            "api_url": f"{local}/fdx/v5",
            "client_id": BANK_CLIENT_ID,
            "scope": "openid offline_access profile email accounts customer tax",
            "authorization_response_iss": "required",
        },
        client_secret=client_secret,
        policy=_POLICY,
    )


async def register(
    db: Database,
    settings: Settings,
    secrets: SandboxSecrets,
    recipients: Recipients,
    directory: Directory,
    *,
    afresh: bool = False,
) -> None:
    """Bring the directory and both apps to what the settings and credentials say.

    `afresh` takes back what was decided since: the bank's policy and maintenance windows, how the
    apps speak and prove themselves.
    """
    provider = mikomo(settings, secrets.bank_client_secret)
    url = settings.public_url
    sandbox = _app(
        recipients,
        secrets.sandbox,
        Branding("Sandbox app", f"{url}/static/sandbox-app.svg", COMPANY_ID, "Sandbox company"),
        frozenset(Product),
    )
    demo = _app(
        recipients,
        secrets.demo,
        Branding("Demo app", f"{url}/demo/static/demo.svg", "demo", f"{settings.brand} demo"),
        # What it shows, and no more: an app should not ask for what it does not use.
        frozenset({Product.ACCOUNT_INFO, Product.BALANCES, Product.INVESTMENTS}),
    )
    # Unchanged entries are left alone: start-up writes nothing, and tells no cache of a change.
    known = await directory.current(provider.id)
    if known is not None and not afresh:
        # The policy is the bank's own and outlives a restart.
        provider = replace(provider, policy=known.policy, maintenance=known.maintenance)
    wanted = [sandbox, demo]
    if not afresh:
        wanted = [_as_set_up(app, await recipients.current(app.id)) for app in wanted]
    stale = [app for app in wanted if await recipients.current(app.id) != app]
    if known == provider and not stale:
        return
    async with db.transaction() as tx:
        await tx.exclusively("sandbox")
        if known != provider:
            await directory.register(tx, provider)
        for window in known.maintenance if known is not None and afresh else ():
            await directory.remove_maintenance(tx, provider.id, window.id)
        for app in stale:
            await recipients.register(tx, app)


async def register_services(
    db: Database, secrets: SandboxSecrets, credentials: ServiceCredentials
) -> None:
    """Let the service credentials of the sandbox company and of the sandbox bank in."""
    for kind, organisation_id, pair in (
        (CredentialKind.RECIPIENT, COMPANY_ID, secrets.service),
        (CredentialKind.PROVIDER, PROVIDER_ID, secrets.provider),
    ):
        known = await credentials.authenticate(pair.client_id, pair.client_secret)
        if known is None or (known.kind, known.organisation_id) != (kind, organisation_id):
            async with db.transaction() as tx:
                await tx.exclusively("sandbox")
                await credentials.ensure(
                    tx,
                    kind,
                    organisation_id,
                    client_id=pair.client_id,
                    client_secret=pair.client_secret,
                )


async def refuse_leftovers(directory: Directory) -> None:
    """Make sure that a network without the sandbox has none of its apps and grants.

    Raises:
        SettingsError: the database was a sandbox's.
    """
    if await directory.current(PROVIDER_ID) is not None:
        raise SettingsError(
            "this database holds a sandbox, whose apps have printed credentials; to run without "
            "one, start with another --data-dir or --database-url"
        )


def _as_set_up(app: App, known: App | None) -> App:
    """The app with what an operator has set since, which outlives a restart."""
    if known is None:
        return app
    return replace(
        app,
        secrets=frozenset() if known.jwks is not None else app.secrets,
        profile=known.profile,
        jwks=known.jwks,
        id_token_alg=known.id_token_alg,
        consent_duration=known.consent_duration,
        support_email=known.support_email,
    )


def _app(
    recipients: Recipients,
    credentials: AppCredentials,
    branding: Branding,
    products: frozenset[Product],
) -> App:
    return App(
        id=credentials.client_id,
        name=branding.name,
        company_id=branding.company_id,
        company_name=branding.company_name,
        logo_url=branding.logo_url,
        redirect_uris=frozenset(credentials.redirect_uris),
        products=products,
        subscriptions={PROVIDER_ID: SubscriptionStatus.ACTIVE},
        secrets=frozenset({AppSecret(recipients.secret_hash(credentials.client_secret))}),
    )
