"""What stands on a statement: the rows of its month, from the opening to the closing balance."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mikomo.catalogue import Catalogue
from mikomo.documents.statement import StatementSheet, first_day, statement_sheet
from mikomo.person import Account, Person, Row, Statement

PERSON = Person(
    username="ada",
    password="ada",
    full_name="Ada Example",
    failure=None,
    customer=msgspec.Raw(
        b'{"addresses":[{"line1":"1 Sample Street","city":"Springfield","state":"NC",'
        b'"postalCode":"27000","country":"US"}]}'
    ),
    holders=(),
    accounts=(),
    rows=lambda _account_id, _now: (),
    statement_list=lambda _account_id, _now: (),
    present=lambda _now: ((), ()),
)
STATEMENT = Statement("s1", date(2024, 2, 15), "Monthly", "AVAILABLE")


def account(category: str = "depositAccount", **details: object) -> Account:
    encoded = msgspec.json.encode({category: {"nickname": "Daily", **details}})
    return Account("a1", category, encoded, encoded)


def row(day: date, cents: int, balance: int | None = None, **fields: object) -> Row:
    moment = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    body = {"description": f"row of {cents}", "amount": cents / 100, "status": "POSTED", **fields}
    return Row(moment, msgspec.json.encode({"depositTransaction": body}), balance)


def sheet(of: Account, *rows: Row) -> StatementSheet:
    return statement_sheet(PERSON, of, STATEMENT, rows)


def test_a_statement_holds_the_settled_rows_of_its_month_alone() -> None:
    made = sheet(
        account(currentBalance=100),
        row(date(2024, 1, 15), 100),
        row(date(2024, 1, 16), 200),
        row(date(2024, 2, 1), 300, status="PENDING"),
        row(date(2024, 2, 15), -50),
        row(date(2024, 2, 16), 700),
    )
    assert (made.begins, made.dated) == (date(2024, 1, 16), date(2024, 2, 15))
    assert [(line.description, line.balance) for line in made.lines] == [
        ("row of 200", Decimal("93.50")),
        ("row of -50", Decimal(93)),
    ]
    assert (made.opening, made.closing) == (Decimal("91.50"), Decimal(93))
    assert made.recipient == ("Ada Example", "1 Sample Street", "Springfield, NC 27000")


def test_what_the_books_say_wins_over_the_balance_of_now() -> None:
    made = sheet(account(currentBalance=1), row(date(2024, 2, 1), 2500, balance=10_000))
    assert (made.opening, made.closing) == (Decimal(75), Decimal(100))


def test_a_payment_makes_a_debt_smaller() -> None:
    made = sheet(
        account("locAccount", currentBalance=50),
        row(date(2024, 2, 1), -3000),
        row(date(2024, 2, 2), 2000),
    )
    assert (made.opening, made.closing) == (Decimal(40), Decimal(50))
    assert [line.balance for line in made.lines] == [Decimal(70), Decimal(50)]


def test_investments_are_turned_round() -> None:
    made = sheet(
        account("investmentAccount", availableCashBalance=5),
        row(date(2024, 2, 2), 2),
        row(date(2024, 2, 1), 12),
        row(date(2024, 2, 1), 11),
    )
    assert [line.description for line in made.lines] == ["row of 11", "row of 12", "row of 2"]
    assert made.measure == "cash"


def test_every_account_of_everyone_can_have_a_statement() -> None:
    now = 1_800_000_000
    for person in Catalogue().everyone():
        for of in person.accounts:
            rows = person.transactions(of.account_id, now)
            days = [datetime.fromtimestamp(one.moment, UTC).date() for one in rows]
            for day in {*days[:1], *days[-1:], date(2024, 2, 29)}:
                statement = Statement("s", day, "Monthly", "AVAILABLE")
                made = statement_sheet(person, of, statement, rows)
                assert (day in {line.day for line in made.lines}) == (day in days)
                if made.opening is not None and made.measure == "cash":
                    moved = sum(line.amount for line in made.lines)
                    assert made.opening + moved == made.closing


def test_an_account_without_a_balance_has_a_statement_without_one() -> None:
    made = sheet(account(), row(date(2024, 2, 2), 2))
    assert (made.opening, made.closing, made.lines[0].balance) == (None, None, None)


@given(st.lists(st.tuples(st.dates(date(2023, 12, 1), date(2024, 4, 1)), st.integers(-9999, 9999))))
def test_the_next_statement_opens_where_this_one_closes(entries: list[tuple[date, int]]) -> None:
    rows = [row(day, cents) for day, cents in sorted(entries)]
    of = account(currentBalance=1000)
    this = statement_sheet(PERSON, of, STATEMENT, rows)
    following = Statement("s2", date(2024, 3, 15), "Monthly", "AVAILABLE")
    then = statement_sheet(PERSON, of, following, rows)
    assert first_day(following.date) == date(2024, 2, 16)
    assert this.closing == then.opening
    assert this.opening is not None
    assert this.opening + sum(line.amount for line in this.lines) == this.closing
