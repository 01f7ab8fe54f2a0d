"""The refusals of the token and revocation endpoints: one table, a voice for each profile.

``akoya`` speaks the documented statuses, codes and texts, on which existing clients branch;
``oauth`` speaks RFC 6749 5.2 and RFC 7009 2.2.1, on which standard libraries do. Who has not
proved which app it is has no profile: those refusals are the same for all, so that they tell
nothing about a client_id.
"""

from dataclasses import dataclass

from easement.oauth.errors import OAuthError, Refusal
from easement.recipients.model import Profile
from easement.tokens.errors import TokenRefusal


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is wrong with a request, in each profile's words."""

    akoya: Refusal
    oauth: Refusal

    def told_to(self, profile: Profile) -> Refusal:
        """The refusal in the words of `profile`."""
        return self.akoya if profile is Profile.AKOYA else self.oauth


_REQUEST, _GRANT = OAuthError.INVALID_REQUEST, OAuthError.INVALID_GRANT
_CODE = "Invalid or expired code parameter."
_REDIRECT_URI = "redirect_uri did not match URI from initial request."
_REFRESH_TOKEN = "Refresh token is invalid or has already been claimed by another client."  # noqa: S105
_NO_REFRESH_TOKEN = "No refresh token in request."  # noqa: S105
_VERIFIER = "Invalid code_verifier parameter."

# Token endpoint. Sorted by when they are found.
GRANT_TYPE_ABSENT = Case(
    akoya=Refusal(_GRANT),
    oauth=Refusal(_REQUEST, "No grant_type in request."),
)
GRANT_TYPE_UNKNOWN = Case(
    akoya=Refusal(_GRANT),
    oauth=Refusal(OAuthError.UNSUPPORTED_GRANT_TYPE),
)
CODE_ABSENT = Case(
    akoya=Refusal(_REQUEST, _CODE),
    oauth=Refusal(_REQUEST, "No code in request."),
)
REDIRECT_URI_ABSENT = Case(
    akoya=Refusal(_REQUEST, _REDIRECT_URI),
    oauth=Refusal(_REQUEST, "No redirect_uri in request."),
)
CODE_INVALID = Case(
    akoya=Refusal(_REQUEST, _CODE),
    oauth=Refusal(_GRANT, _CODE),
)
REDIRECT_URI_DIFFERS = Case(
    akoya=Refusal(_REQUEST, _REDIRECT_URI),
    oauth=Refusal(_GRANT, _REDIRECT_URI),
)
PKCE_FAILED = Case(
    akoya=Refusal(_GRANT, _VERIFIER),
    oauth=Refusal(_GRANT, _VERIFIER),
)
REFRESH_TOKEN_ABSENT = Case(
    akoya=Refusal(_REQUEST, _NO_REFRESH_TOKEN),
    oauth=Refusal(_REQUEST, _NO_REFRESH_TOKEN),
)
REFRESH_TOKEN_INVALID = Case(
    akoya=Refusal(_REQUEST, _REFRESH_TOKEN),
    oauth=Refusal(_GRANT, _REFRESH_TOKEN),
)

# Before anybody has proved to be an app. The second is for a secret in the body, as documented of
# revocation; other ways to authenticate are not documented there, and get the first.
CLIENT_UNKNOWN = Refusal(OAuthError.INVALID_CLIENT, "Invalid client credentials.", status=401)
REVOCATION_CLIENT_UNKNOWN = Refusal(OAuthError.UNAUTHORIZED_CLIENT, status=401)
REVOCATION_INVALID = Refusal(_REQUEST)
REVOCATION_HINT_UNKNOWN = Refusal(OAuthError.UNSUPPORTED_TOKEN_TYPE)

CODE_REFUSALS = {
    TokenRefusal.INVALID: CODE_INVALID,
    TokenRefusal.REDIRECT_URI_DIFFERS: REDIRECT_URI_DIFFERS,
    TokenRefusal.PKCE_FAILED: PKCE_FAILED,
}
