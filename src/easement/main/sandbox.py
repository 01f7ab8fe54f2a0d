"""The sandbox's content: the bank Mikomo in the directory, and two apps that may use it."""

from dataclasses import dataclass
from datetime import timedelta

from easement.main.bank import BANK_CLIENT_ID, PROVIDER_ID
from easement.main.sandbox_credentials import AppCredentials, SandboxSecrets
from easement.main.settings import Settings
from easement.platform.db import Database
from easement.products.model import Product
from easement.providers.directory import Directory
from easement.providers.model import Policy, Provider
from easement.recipients.model import App, SubscriptionStatus
from easement.recipients.service import Recipients

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
            "scope": "openid offline_access profile email accounts customer",
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
) -> None:
    """Bring the directory and both apps to what the settings and credentials say."""
    provider = mikomo(settings, secrets.bank_client_secret)
    url = settings.public_url
    sandbox = _app(
        recipients,
        secrets.sandbox,
        Branding("Sandbox app", f"{url}/static/sandbox-app.svg", "sandbox", "Sandbox company"),
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
    stale = [app for app in (sandbox, demo) if await recipients.current(app.id) != app]
    if known == provider and not stale:
        return
    async with db.transaction() as tx:
        await tx.exclusively("sandbox")
        if known != provider:
            await directory.register(tx, provider)
        for app in stale:
            await recipients.register(tx, app)


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
        secret_hashes=frozenset({recipients.secret_hash(credentials.client_secret)}),
    )
