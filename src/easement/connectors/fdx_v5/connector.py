"""An FDX 5 bank behind the port: its OAuth server and its account API in one object."""

from easement.connectors.fdx_v5.accounts import AccountsClient
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.oauth import OAuthClient
from easement.connectors.fdx_v5.settings import Settings
from easement.platform.clock import Clock
from easement.platform.http import HttpClient


class FdxV5Connector:
    """Implements `connectors.ports.Connector`. Safe to share between calls; one per bank."""

    def __init__(
        self, settings: Settings, client_secret: str, http: HttpClient, clock: Clock
    ) -> None:
        oauth = OAuthClient(settings, client_secret, http, clock)
        accounts = AccountsClient(DataApi(settings, http))
        self.authorization_url = oauth.authorization_url
        self.exchange = oauth.exchange
        self.refresh = oauth.refresh
        self.revoke = oauth.revoke
        self.account_choices = accounts.account_choices
        self.accounts = accounts.accounts
