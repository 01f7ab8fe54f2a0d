"""The people who bank here and what the bank knows about them, read from `data/`.

Values are carried as the bytes the file holds: an amount written 100.00 is served as 100.00.
"""

import secrets
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

DATA = Path(__file__).parent / "data"

Fields = dict[str, msgspec.Raw]
"""A JSON object whose values stay as written."""

# The fields of FDX's account descriptor, as far as the accounts have them.
_DESCRIPTOR_FIELDS = frozenset(
    {
        "accountId",
        "parentAccountId",
        "accountNumberDisplay",
        "accountType",
        "productName",
        "description",
        "nickname",
        "displayName",
        "status",
        "lineOfBusiness",
        "balanceType",
        "currency",
    }
)


class Failure(msgspec.Struct, frozen=True, rename="camel"):
    """What every data call of this person answers with."""

    http_status: int
    code: int
    message: str


class Name(msgspec.Struct, frozen=True):
    """A person's name, as far as the pages and the id_token use it."""

    first: str
    last: str


class Customer(msgspec.Struct, frozen=True):
    """The part of the customer record that the program itself reads."""

    name: Name


class Account(msgspec.Struct, frozen=True):
    """One account in both forms the API serves; each is a wrapped JSON object, `{category: {}}`."""

    account_id: str
    category: str
    details: bytes
    lightweight: bytes


class Person(msgspec.Struct, frozen=True):
    """One customer of the bank."""

    username: str
    password: str
    full_name: str
    failure: Failure | None
    customer: msgspec.Raw
    holders: tuple[Fields, ...]
    accounts: tuple[Account, ...]

    @property
    def email(self) -> str:
        """The address of the login, on a domain that can receive nothing (RFC 2606)."""
        return f"{self.username}@example.com"

    def has_password(self, candidate: str) -> bool:
        """Compare in constant time."""
        return secrets.compare_digest(self.password.encode(), candidate.encode())


class _File(msgspec.Struct, frozen=True):
    """A file of `data/`; parts that no endpoint serves are skipped."""

    username: str
    password: str
    customer: msgspec.Raw
    holders: tuple[Fields, ...]
    accounts: tuple[Fields, ...]
    error: Failure | None = None


class _AccountKey(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str


class Catalogue:
    """Finds people by user name; a file is read when its person is first asked for."""

    def __init__(self, directory: Path = DATA) -> None:
        self._paths = {path.stem: path for path in directory.glob("*.json")}
        self._load = lru_cache(maxsize=None)(_load)

    def find(self, username: str) -> Person | None:
        """The person of exactly this user name, or None."""
        path = self._paths.get(username)
        return None if path is None else self._load(path)

    def everyone(self) -> Iterator[Person]:
        """All people, those with data before those whose calls fail, by number."""
        people = [self._load(path) for path in self._paths.values()]
        return iter(sorted(people, key=_listing_order))


def _listing_order(person: Person) -> tuple[bool, int, str]:
    return (person.failure is not None, len(person.username), person.username)


def _load(path: Path) -> Person:
    file = msgspec.json.decode(path.read_bytes(), type=_File)
    name = msgspec.json.decode(file.customer, type=Customer).name
    return Person(
        username=file.username,
        password=file.password,
        full_name=f"{name.first} {name.last}",
        failure=file.error,
        customer=msgspec.Raw(_compact(file.customer)),
        holders=tuple(
            {key: msgspec.Raw(_compact(value)) for key, value in holder.items()}
            for holder in file.holders
        ),
        accounts=tuple(
            _account(category, raw)
            for envelope in file.accounts
            for category, raw in envelope.items()
        ),
    )


def _account(category: str, raw: msgspec.Raw) -> Account:
    compact = msgspec.Raw(_compact(raw))
    fields = msgspec.json.decode(compact, type=Fields)
    descriptor = {key: value for key, value in fields.items() if key in _DESCRIPTOR_FIELDS}
    return Account(
        account_id=msgspec.json.decode(compact, type=_AccountKey).account_id,
        category=category,
        details=msgspec.json.encode({category: compact}),
        lightweight=msgspec.json.encode({category: descriptor}),
    )


def _compact(raw: msgspec.Raw) -> bytes:
    # Changes white space only, so numbers keep the digits they were written with.
    return msgspec.json.format(bytes(raw), indent=-1)
