"""An FDX 5 bank behind the port: its OAuth server and its account API in one object."""

from collections.abc import Mapping, Sequence
from typing import Any

from easement.connectors.fdx_v5.accounts import AccountsClient
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.check import Check
from easement.connectors.fdx_v5.client_authentication import client_authentication
from easement.connectors.fdx_v5.contacts import ContactsClient
from easement.connectors.fdx_v5.customers import CustomersClient
from easement.connectors.fdx_v5.discovery import Discovery
from easement.connectors.fdx_v5.id_token import IdTokenVerifier
from easement.connectors.fdx_v5.oauth import OAuthClient
from easement.connectors.fdx_v5.payment_networks import PaymentNetworksClient
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.statements import StatementsClient
from easement.connectors.fdx_v5.tax_forms import TaxFormsClient
from easement.connectors.fdx_v5.tls import Tls
from easement.connectors.fdx_v5.transactions import TransactionsClient
from easement.platform.clock import Clock
from easement.platform.http import HttpClient


class FdxV5Connector:
    """Implements `connectors.ports.Connector`. Safe to share between calls; one per bank."""

    def __init__(
        self,
        settings: Settings,
        *,
        client_secret: str,
        client_keys: Sequence[Mapping[str, Any]],
        http: HttpClient,
        clock: Clock,
        data_timeout_s: float,
    ) -> None:
        tls = Tls(settings)
        if tls.is_special:
            http = http.using(tls.context)
        discovery = Discovery(settings, http, clock)
        verifier = IdTokenVerifier(settings, discovery, http, clock)
        prove = client_authentication(settings, client_secret, client_keys, clock)
        oauth = OAuthClient(settings, discovery, verifier, prove, http)
        api = DataApi(settings, http, data_timeout_s)
        accounts = AccountsClient(api)
        self.check = Check(tls, discovery, verifier, oauth).run
        self.authorization_url = oauth.authorization_url
        self.is_issuer = oauth.is_issuer
        self.exchange = oauth.exchange
        self.refresh = oauth.refresh
        self.revoke = oauth.revoke
        self.account_choices = accounts.account_choices
        self.account_category = accounts.account_category
        self.accounts = accounts.accounts
        # What the bank may lack; None stands for that.
        has = settings.capabilities
        self.customers = CustomersClient(api) if "customers" in has else None
        self.contacts = ContactsClient(api) if "contacts" in has else None
        self.payment_networks = PaymentNetworksClient(api) if "payment_networks" in has else None
        self.transactions = TransactionsClient(api, settings) if "transactions" in has else None
        self.statements = StatementsClient(api, settings) if "statements" in has else None
        self.tax_forms = TaxFormsClient(api) if "tax_forms" in has else None
