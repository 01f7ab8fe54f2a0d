"""Every product endpoint, as paths about one person."""

from collections.abc import Mapping
from types import MappingProxyType

WEALTHY = "GenericUser_Wealth"
"""A person with something at each of these paths."""

_TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "accounts-info": "/accounts-info/{version}/{provider}",
        "balances": "/balances/{version}/{provider}",
        "accounts": "/accounts/{version}/{provider}",
        "transactions": "/transactions/{version}/{provider}/{account}",
        "customers": "/customers/{version}/{provider}/current",
        "contacts": "/contacts/{version}/{provider}/{account}",
        "payments": "/payments/{version}/{provider}/{checking}/payment-networks",
        "taxlots": "/taxlots/{version}/{provider}/{account}/{holding}",
        "statements": "/statements/{version}/{provider}/{checking}",
        "tax search": "/tax-forms/{version}/{provider}",
        "tax form": "/tax-forms/{version}/{provider}/{form}",
    }
)
ENDPOINTS = tuple(_TEMPLATES)


def paths(
    version: str = "v2",
    *,
    provider: str = "mikomo",
    account: str = "720500325515",
    checking: str = "720100314404",
    holding: str = "WEA-H2",
    form: str = "wea-1099div-2020",
) -> dict[str, str]:
    """The paths of all endpoints that answer data, by name."""
    return {
        name: template.format(
            version=version,
            provider=provider,
            account=account,
            checking=checking,
            holding=holding,
            form=form,
        )
        for name, template in _TEMPLATES.items()
    }


PRODUCT = MappingProxyType(
    {
        "accounts-info": "account_info",
        "balances": "balances",
        "accounts": "investments",
        "transactions": "transactions",
        "customers": "customers",
        "contacts": "customers",
        "payments": "payments",
        "taxlots": "investments",
        "statements": "statements",
        "tax search": "tax",
        "tax form": "tax",
    }
)
"""The product that each belongs to."""
