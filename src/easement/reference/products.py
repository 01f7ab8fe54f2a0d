"""The product calls as the document tells them: one row each, for all versions."""

from dataclasses import dataclass

from easement.fdx import codes
from easement.fdx.codes import ErrorCode

JSON = "application/json"
PDF = "application/pdf"
STATEMENT_TYPES = (PDF, "image/jpeg", "image/png", "image/gif", "image/tiff")

_ANY_PRODUCT = (
    codes.INVALID_INPUT,
    codes.INVALID_DATE,
    codes.INVALID_DATE_RANGE,
    codes.CUSTOMER_NOT_AUTHORIZED,
    codes.FORBIDDEN,
    codes.CUSTOMER_NOT_FOUND,
    codes.ACCOUNT_NOT_FOUND,
    codes.NO_DATA,
    codes.METHOD_NOT_ALLOWED,
    codes.CONTENT_TYPE_NOT_SUPPORTED,
    codes.TIMED_OUT,
    codes.ACCOUNT_CLOSED,
    codes.ACCOUNT_TYPE_NOT_SUPPORTED,
    codes.TOO_MANY_REQUESTS,
    codes.INTERNAL_ERROR,
    codes.SUBSYSTEM_UNAVAILABLE,
    codes.UNAVAILABLE,
    codes.IN_MAINTENANCE,
)
_TAX = (
    codes.TAX_FORM_NOT_FOUND,
    codes.TAX_FORM_TYPE_NOT_SUPPORTED,
    codes.TAX_YEAR_NOT_SUPPORTED,
    codes.TAX_ACCOUNT_REQUIRED,
    codes.TAX_FORMS_NOT_AVAILABLE,
    codes.NOT_IMPLEMENTED,
)


@dataclass(frozen=True, slots=True)
class ProductCall:
    """`path` follows the provider; `query` names its parameters; `schema` is the JSON answer's
    (None: a file alone) and `files` the media types beside it; `own` are the error codes that other
    calls do not give. `example_query` with the example ids is the request whose answer is shown."""

    name: str
    endpoint: str
    path: str
    summary: str
    description: str
    query: tuple[str, ...]
    schema: str | None
    files: tuple[str, ...] = ()
    is_partial: bool = False
    own: tuple[ErrorCode, ...] = ()
    example_query: tuple[tuple[str, str], ...] = ()

    @property
    def errors(self) -> tuple[ErrorCode, ...]:
        """Everything it may answer in place of data."""
        return (*_ANY_PRODUCT, *self.own)


_ACCOUNT_LIST = ("accountIds", "mode", "offset", "limit")
_ROWS = ("startTime", "endTime", "offset", "limit", "mode")
_ONE_ACCOUNT = (("accountIds", "720100014417"),)
_BROKERAGE = (("accountIds", "720500069962"),)
_NOVEMBER = (("startTime", "2025-11-01"), ("endTime", "2025-11-30"), ("limit", "2"))

CALLS = (
    ProductCall(
        name="accountsInfo",
        endpoint="accounts-info",
        path="",
        summary="Accounts",
        description="What identifies each shared account: name, type, masked number.",
        query=_ACCOUNT_LIST,
        schema="AccountsInfo",
        is_partial=True,
        example_query=_ONE_ACCOUNT,
    ),
    ProductCall(
        name="balances",
        endpoint="balances",
        path="",
        summary="Balances",
        description="The same, and how much is in each account, or how much is owed.",
        query=_ACCOUNT_LIST,
        schema="Balances",
        is_partial=True,
        example_query=_ONE_ACCOUNT,
    ),
    ProductCall(
        name="accounts",
        endpoint="accounts",
        path="",
        summary="Accounts in full detail, with holdings",
        description="The investments product: the same, holdings, and what no product claims.",
        query=_ACCOUNT_LIST,
        schema="Accounts",
        is_partial=True,
        example_query=_BROKERAGE,
    ),
    ProductCall(
        name="taxLots",
        endpoint="taxlots",
        path="/{accountId}/{holdingId}",
        summary="Tax lots of a holding",
        description="When and for how much each part of a holding was bought.",
        query=("limit", "mode", "offset"),
        schema="TaxLots",
        example_query=(("limit", "2"),),
    ),
    ProductCall(
        name="transactions",
        endpoint="transactions",
        path="/{accountId}",
        summary="Transactions of an account",
        description=(
            "Without times the last 15 days. Follow `links.next` until there is none: every row "
            "comes once, in the bank's order."
        ),
        query=_ROWS,
        schema="Transactions",
        own=(codes.NOT_IMPLEMENTED,),
        example_query=_NOVEMBER,
    ),
    ProductCall(
        name="currentCustomer",
        endpoint="customers",
        path="/current",
        summary="The customer",
        description="Who allowed the access, as their bank knows them.",
        query=("mode",),
        schema="CurrentCustomer",
        own=(codes.NOT_IMPLEMENTED,),
    ),
    ProductCall(
        name="contacts",
        endpoint="contacts",
        path="/{accountId}",
        summary="Holders of an account",
        description="Who holds the account, and how the bank reaches them.",
        query=("mode",),
        schema="AccountContact",
        own=(codes.NOT_IMPLEMENTED,),
    ),
    ProductCall(
        name="paymentNetworks",
        endpoint="payments",
        path="/{accountId}/payment-networks",
        summary="How money moves to and from an account",
        description=(
            "Account and routing numbers by payment network. Where the provider tokenizes account "
            "numbers, a token stands in for the number, the same at every call."
        ),
        query=("mode",),
        schema="PaymentNetworkList",
        own=(codes.NOT_IMPLEMENTED,),
    ),
    ProductCall(
        name="statements",
        endpoint="statements",
        path="/{accountId}",
        summary="Statements of an account",
        description="Without times all of them.",
        query=_ROWS,
        schema="StatementList",
        own=(codes.STATEMENT_NOT_FOUND, codes.NOT_IMPLEMENTED),
        example_query=_NOVEMBER,
    ),
    ProductCall(
        name="statement",
        endpoint="statements",
        path="/{accountId}/{statementId}",
        summary="A statement as a file",
        description="`Accept` chooses among PDF (when nothing is said), JPEG, PNG, GIF and TIFF.",
        query=("mode",),
        schema=None,
        files=STATEMENT_TYPES,
        own=(
            codes.STATEMENT_NOT_FOUND,
            codes.STATEMENT_PROCESSING,
            codes.NOT_IMPLEMENTED,
        ),
    ),
    ProductCall(
        name="taxForms",
        endpoint="tax-forms",
        path="",
        summary="Tax forms",
        description=(
            "The customer's tax statements, each with its forms. `taxDataType=BASE64_PDF`, or "
            "`Accept: application/pdf`, adds each form's PDF."
        ),
        query=("taxYear", "taxForms", "accountId", "taxDataType", "resultType", "mode"),
        schema="TaxStatementList",
        own=_TAX,
        example_query=(("taxYear", "2024"), ("taxForms", "Tax1099Int")),
    ),
    ProductCall(
        name="taxForm",
        endpoint="tax-forms",
        path="/{taxFormId}",
        summary="A tax form",
        description=(
            "As data, or with `Accept: application/pdf` as a file. In place of the form's id the "
            "path may name an account: then its tax statements are searched, as without any."
        ),
        query=("accountId", "taxDataType", "mode", "taxYear", "taxForms", "resultType"),
        schema="TaxStatementOrList",
        files=(PDF,),
        own=_TAX,
    ),
)

EXAMPLE_USER = "GenericUser_Pfm"
EXAMPLE_IDS = {
    "accountId": "720100014417",
    "holdingId": "PFM-H1",
    "statementId": "20251108fc06ab0b",
    "taxFormId": "pfm-1099int-2024",
}
"""Ids in the path of the example requests, of the sandbox user `EXAMPLE_USER`."""

HOLDING_ACCOUNT = "720500069962"
"""The account that the example's holding is in."""
