"""What a bank's refusal at its authorization endpoint means (RFC 6749 4.1.2.1, OIDC Core 3.1.2.6,
RFC 9126 2.3): one table, from the bank's word to what the app is told.

The person was at the bank and has read there what is wrong; they go back to their app at once.
"""

import logging

from easement.authserver.authorize.flow import BANK_OUT, BANK_REFUSED, CANCELLED
from easement.oauth.errors import OAuthError, Refusal

_log = logging.getLogger(__name__)

BANK_FAILED = Refusal(OAuthError.SERVER_ERROR, "The provider failed, try again later")
NOT_ACCEPTED = Refusal(
    OAuthError.SERVER_ERROR, "The provider does not accept requests of this network"
)

_TABLE = {
    "access_denied": CANCELLED,
    "temporarily_unavailable": BANK_OUT,
    "server_error": BANK_FAILED,
    # The bank wants something of the person that they did not do there.
    "login_required": BANK_REFUSED,
    "interaction_required": BANK_REFUSED,
    "consent_required": BANK_REFUSED,
    "account_selection_required": BANK_REFUSED,
    "unmet_authentication_requirements": BANK_REFUSED,
    # The network is not registered there as it believes.
    "invalid_request": NOT_ACCEPTED,
    "invalid_request_uri": NOT_ACCEPTED,
    "invalid_request_object": NOT_ACCEPTED,
    "invalid_scope": NOT_ACCEPTED,
    "unauthorized_client": NOT_ACCEPTED,
    "unsupported_response_type": NOT_ACCEPTED,
    "request_not_supported": NOT_ACCEPTED,
    "request_uri_not_supported": NOT_ACCEPTED,
    "registration_not_supported": NOT_ACCEPTED,
}


def from_bank(provider_id: str, error: str | None) -> Refusal:
    """The refusal that the bank's ``error`` leads to; a word that is not in the table, or none
    where a code was expected, is a sign-in that failed."""
    refusal = _TABLE.get(error or "", BANK_REFUSED)
    if refusal is NOT_ACCEPTED:
        # A word of the table, never what came: the address is in the hands of a browser.
        _log.warning("%s sends a consumer back with %s; see easement providers check", provider_id,
                     next(word for word in _TABLE if word == error))  # fmt: skip
    return refusal
