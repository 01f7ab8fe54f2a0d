"""One account of the wrapped form, read without touching its values."""

import msgspec

from easement.connectors.model import Account
from easement.fdx.categories import WRAPPERS
from easement.fdx.codes import PASSED_ON, SUBSYSTEM_UNAVAILABLE

# How much of a bank's own words is passed on.
_MAX_TEXT = 500
_NULL = b"null"
_MAX_ID = 256
_decoder = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])


class FdxError(msgspec.Struct, rename="camel", omit_defaults=True):
    """FDX Error entity; banks write the code as a number or, as FDX has it, as a string."""

    code: int | str
    message: str = ""
    debug_message: str | None = None


def words(said: str | None, access_token: str) -> str | None:
    """A bank's words that may be passed on: none that quote the `access_token` it was shown."""
    return said[:_MAX_TEXT] if said and access_token not in said else None


def read_account(raw: msgspec.Raw, access_token: str) -> Account | None:
    """The account, or None where it has not exactly one known category and a usable id. Of its own
    error no words leave that quote the `access_token`."""
    try:
        wrapped = _decoder.decode(raw)
        if len(wrapped) != 1:
            return None
        ((category, fields),) = wrapped.items()
        account_id = msgspec.json.decode(fields["accountId"], type=str)
        if category not in WRAPPERS or not _is_usable(account_id):
            return None
        if "error" in fields:
            _read_error(fields, access_token)
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        return None
    return Account(account_id, category, fields)


def _is_usable(account_id: str) -> bool:
    """Ids are asked for in comma lists and stored with the consent."""
    return 0 < len(account_id) <= _MAX_ID and "," not in account_id and account_id.isprintable()


def _read_error(fields: dict[str, msgspec.Raw], access_token: str) -> None:
    """Give the account's own error the form that apps are promised, with a code they know."""
    if bytes(fields["error"]) == _NULL:
        del fields["error"]
        return
    try:
        said = msgspec.json.decode(fields["error"], type=FdxError)
        known = PASSED_ON[int(said.code)]
    except (msgspec.MsgspecError, KeyError, ValueError):
        error = FdxError(SUBSYSTEM_UNAVAILABLE.code, SUBSYSTEM_UNAVAILABLE.message)
    else:
        error = FdxError(
            known.code,
            words(said.message, access_token) or known.message,
            words(said.debug_message, access_token),
        )
    fields["error"] = msgspec.Raw(msgspec.json.encode(error))


def label(account: Account) -> str:
    """What a person recognises the account by, such as ``Individual (*****9276)``."""
    names = ("nickname", "description", "productName", "accountType")
    name = next((text for field in names if (text := _text(account, field))), "Account")
    number = _text(account, "accountNumberDisplay")
    return f"{name} ({number})" if number else name


def _text(account: Account, field: str) -> str:
    raw = account.fields.get(field)
    if raw is None:
        return ""
    try:
        return " ".join(msgspec.json.decode(raw, type=str).split())
    except msgspec.MsgspecError:
        return ""
