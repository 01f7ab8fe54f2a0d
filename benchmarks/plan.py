"""How much is measured: rounds, seconds and the documents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One product call: `product` is the first segment of its path, `user` one of the bank's."""

    product: str
    user: str

    @property
    def path(self) -> str:
        return f"/{self.product}/v2/mikomo"

    def __str__(self) -> str:
        return f"{self.product}, {self.user}"


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` is the length of one measurement, of which a round has one of each kind."""

    documents: tuple[Document, ...]
    rounds: int
    seconds: int
    starts: int
    connections: int = 16
    chains: tuple[int, ...] = (1, 8, 32)


FULL = Plan(
    documents=(
        Document("accounts-info", "mikomo_10"),
        Document("accounts", "mikomo_10"),
        Document("accounts-info", "mikomo_3"),
        Document("accounts", "mikomo_3"),
    ),
    rounds=5,
    seconds=2,
    starts=5,
)
QUICK = Plan(
    documents=(Document("accounts-info", "mikomo_10"), Document("accounts", "mikomo_3")),
    rounds=2,
    seconds=1,
    starts=2,
    chains=(1, 32),
)
