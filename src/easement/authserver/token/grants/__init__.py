"""Grant types, one file each (RFC 6749 4.1.3 and 6).

Each finds what a request presents, and the consent grant that it leads to; the endpoint does the
rest, so that no grant type can forget a shared check.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from easement.authserver.errors import Case
from easement.authserver.token.grants import authorization_code, refresh_token
from easement.authserver.token.grants.found import Found
from easement.platform.audit import AuditKind
from easement.recipients.model import App
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenRules


@dataclass(frozen=True, slots=True)
class GrantType:
    """`ended` is the case once the consent behind the request has ended; `refused` is how the
    audit log calls a refusal."""

    find: Callable[[Tokens, App, TokenRules, Mapping[str, str]], Awaitable[Found | Case]]
    ended: Case
    refused: AuditKind


GRANT_TYPES: Mapping[str, GrantType] = {
    "authorization_code": GrantType(
        authorization_code.find, authorization_code.ENDED, AuditKind.CODE_REFUSED
    ),
    "refresh_token": GrantType(
        refresh_token.find, refresh_token.ENDED, AuditKind.REFRESH_TOKEN_REFUSED
    ),
}
