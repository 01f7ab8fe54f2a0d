"""What a product family fills in; all shared checks belong to the pipeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from easement.connectors.model import CallContext
from easement.connectors.ports import Connector
from easement.consent.model import Grant
from easement.gateway.answer import Answer
from easement.gateway.lens import Lens
from easement.gateway.media_types import JSON
from easement.gateway.request import Request
from easement.products.model import Product
from easement.providers.model import Provider
from easement.recipients.model import App

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed every shared check, made at `now`; `lens` is what the provider's policy
    lets this app see of this product. `media_type` is the one to answer in, `public_url` the start
    of absolute links to this network, without trailing slash."""

    request: Request
    product: Product
    grant: Grant
    app: App
    provider: Provider
    lens: Lens
    now: datetime
    media_type: str = JSON
    public_url: str = ""


class Question(Protocol[T]):
    """One call's question to the bank, and the answer made of what the bank says."""

    async def fetch(self, connector: Connector, context: CallContext) -> T:
        """Ask; runs a second time after a token refresh. Raises `BankError`."""
        ...

    def shape(self, data: T) -> Answer:
        """Only what is consented and of the product. Raises `RefusedError`."""
        ...


class Family(Protocol):
    """Endpoints that share their parameters and their form."""

    def check_path(self, request: Request) -> None:
        """Check the path segments behind the provider. Raises `RefusedError`."""
        ...

    def question(self, call: Call) -> Question[Any]:
        """Read the query. Raises `RefusedError`."""
        ...
