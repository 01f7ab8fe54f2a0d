"""The faults in force."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from mikomo.faults.model import Endpoint, Fault

Dice = Callable[[str], Callable[[], float]]
"""For a rule's id, throws of 0 (included) to 1 (excluded)."""


@dataclass
class Rule:
    """A fault under its id, with what is left of it."""

    id: str
    fault: Fault
    left: int | None
    throw: Callable[[], float]

    def matches(self, endpoint: Endpoint | None, username: str | None) -> bool:
        """Whether a call may be struck at all. No endpoint: a page, or a path without a name."""
        if self.fault.kind == "outage":
            return True
        if endpoint is None or self.fault.endpoint not in {"*", endpoint}:
            return False
        return self.fault.user is None or self.fault.user == username


class FaultRules:
    """Keeps the rules in the order they were made, and says which of them strike a call."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._rules: dict[str, Rule] = {}
        self._numbers = count(1)

    def add(self, fault: Fault) -> Rule:
        """Break something from the next call on."""
        rule_id = f"fault-{next(self._numbers)}"
        rule = Rule(rule_id, fault, fault.count, self._dice(rule_id))
        self._rules[rule_id] = rule
        return rule

    def listed(self) -> list[Rule]:
        """The rules in force, the oldest first."""
        return list(self._rules.values())

    def remove(self, rule_id: str) -> bool:
        """Heal one; False where there is no such rule."""
        return self._rules.pop(rule_id, None) is not None

    def clear(self) -> None:
        """Heal everything; the next rule is the first again, and throws what the first throws."""
        self._rules.clear()
        self._numbers = count(1)

    def strike(self, endpoint: Endpoint | None, username: str | None) -> Iterator[Fault]:
        """The faults of one call: delays first to last, and at most one that ends the call."""
        for rule in self.listed():
            if not rule.matches(endpoint, username) or rule.throw() >= rule.fault.share:
                continue
            self._use_up(rule)
            yield rule.fault
            if rule.fault.kind != "latency":
                return

    def _use_up(self, rule: Rule) -> None:
        if rule.left is None:
            return
        rule.left -= 1
        if rule.left == 0:
            self._rules.pop(rule.id, None)
