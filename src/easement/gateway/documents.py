"""Documents as answers: which account's may leave at all, and under what name.

Nothing can be taken out of a file. Where the provider masks some field of the product for an app,
its files stay at the bank.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from easement.connectors.model import CallContext, Document
from easement.connectors.ports import ReadsAccounts
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.category import ask_about, visible
from easement.gateway.errors import RefusedError
from easement.gateway.lens import Lens

_EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "application/pdf": "pdf",
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/gif": "gif",
        "image/tiff": "tiff",
    }
)
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 80


async def seen_category(
    account_id: str, lens: Lens, accounts: ReadsAccounts, context: CallContext
) -> str | None:
    """The account's category, where the policy depends on it.

    Raises:
        RefusedError: 404/701 if the policy hides the account.
        BankError: the bank did not say.
    """

    async def nothing_more() -> None:
        return None

    answer = visible(await ask_about(account_id, lens, accounts, context, nothing_more))
    return answer.category


def check_documents(lens: Lens, category: str | None) -> None:
    """Raises `RefusedError`, 403, if files of this category must not leave."""
    if lens.masks(category):
        raise RefusedError(
            codes.FORBIDDEN,
            debug="The provider withholds fields of this product, and so its documents.",
        )


def document_answer(document: Document, kind: str, document_id: str) -> Answer:
    """A document to be saved under a name such as ``statement-17.pdf``.

    Never shown in place: it would run in the browser as a page of this network.
    """
    name = _UNSAFE.sub("_", document_id)[:_LONGEST_NAME]
    file_name = f"{kind}-{name}.{_EXTENSIONS[document.media_type]}"
    headers = {
        "content-type": document.media_type,
        "content-disposition": f'attachment; filename="{file_name}"',
        "x-content-type-options": "nosniff",
    }
    if document.length is not None:
        headers["content-length"] = str(document.length)
    return Answer(200, headers=headers, document=document)
