"""The figures as Markdown, and their place in docs/performance.md."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks import load, nginx
from benchmarks.figures import Spread, ratios, spread
from benchmarks.load import Measured
from benchmarks.plan import Plan
from benchmarks.product_calls import Call
from benchmarks.refreshes import Refreshes
from benchmarks.starts import Starts

_DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGIN = "<!-- figures: written by benchmarks/run --write -->"
_END = "<!-- end of figures -->"
_NAMES = {"network": "Easement", "bank": "bank itself", "nginx": "nginx, static"}


def markdown(
    plan: Plan, machine: list[str], calls: list[Call], refreshes: Refreshes, starts: Starts
) -> str:
    """All tables. Each figure is the median of the rounds, then the least and the most."""
    notes = [] if load.has_wrk() else [load.WITHOUT_WRK]
    if not refreshes.nginx:
        notes.append(nginx.LEFT_OUT)
    lines = [
        *(f"- {line}" for line in [*machine, *notes]),
        f"- {plan.rounds} rounds, {plan.seconds} s a measurement: median (least to most)",
        "",
        f"### Product calls, {plan.connections} connections",
        "",
        *_table(
            ["document", "from", "KB", "requests/s", "per CPU second", "p50 ms", "p99 ms"],
            (row for call in calls for row in _loaded(call)),
        ),
        "",
        "Easement's requests per CPU second of the serving process, divided by those of the other,",
        "round by round:",
        "",
        *_table(["document", "of the bank's", "of nginx's"], (_ratio(call) for call in calls)),
        "",
        "### Latency that Easement adds, one call at a time",
        "",
        *_table(
            ["document", "bank p50 ms", "added p50 ms", "bank p99 ms", "added p99 ms"],
            (_added(call) for call in calls),
        ),
        "",
        "### Token refresh",
        "",
        *_table(
            ["what", "requests/s", "per CPU second", "of signing alone", "p50 ms", "p99 ms"],
            _refreshed(refreshes),
        ),
        "",
        "### Start",
        "",
        *_table(
            ["what", "figure"],
            [
                ["first start, empty directory: seconds to ready", str(spread(starts.first_s))],
                ["second start: seconds to ready", str(spread(starts.second_s))],
                ["network, resident after first start: MiB", str(spread(starts.first_mib))],
                ["network, resident after second start: MiB", str(spread(starts.second_mib))],
                ["bank, resident after start: MiB", str(spread(starts.bank_mib))],
            ],
        ),
    ]
    return "\n".join(lines) + "\n"


def write(figures: str) -> None:
    """Put the figures between the markers of the document."""
    before, begin, rest = _DOCUMENT.read_text().partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise RuntimeError(f"expected the markers {_BEGIN} and {_END} in {_DOCUMENT}")
    _DOCUMENT.write_text(f"{before}{begin}\n\n{figures}\n{end}{after}")


def _table(titles: list[str], rows: Iterable[list[str]]) -> list[str]:
    rule = ["---"] + ["--:"] * (len(titles) - 1)
    return [f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows)]


def _loaded(call: Call) -> Iterable[list[str]]:
    for name, server in call.servers().items():
        cells = _measured(call.loaded[name])
        yield [str(call.document), _NAMES[name], f"{server.size / 1000:.1f}", *cells]


def _measured(rounds: list[Measured]) -> list[str]:
    return [
        str(spread(one.load.rate for one in rounds)),
        str(_per_cpu(rounds)),
        *_latencies(rounds),
    ]


def _latencies(rounds: list[Measured]) -> list[str]:
    return [
        str(spread(one.load.p50_ms for one in rounds)),
        str(spread(one.load.p99_ms for one in rounds)),
    ]


def _per_cpu(rounds: list[Measured]) -> Spread:
    return spread(one.per_cpu_s for one in rounds)


def _ratio(call: Call) -> list[str]:
    def of(name: str) -> str:
        if name not in call.loaded:
            return "left out"
        own = (one.per_cpu_s for one in call.loaded["network"])
        return str(ratios(own, (one.per_cpu_s for one in call.loaded[name])))

    return [str(call.document), of("bank"), of("nginx")]


def _added(call: Call) -> list[str]:
    network, bank = call.alone["network"], call.alone["bank"]
    pairs = list(zip(network, bank, strict=True))
    return [
        str(call.document),
        str(spread(one.p50_ms for one in bank)),
        str(spread(one.p50_ms - other.p50_ms for one, other in pairs)),
        str(spread(one.p99_ms for one in bank)),
        str(spread(one.p99_ms - other.p99_ms for one, other in pairs)),
    ]


def _refreshed(refreshes: Refreshes) -> Iterable[list[str]]:
    signatures = refreshes.signatures

    def row(title: str, rounds: list[Measured]) -> list[str]:
        share = ratios((one.per_cpu_s for one in rounds), signatures)
        rate = spread(one.load.rate for one in rounds)
        return [title, str(rate), str(_per_cpu(rounds)), str(share), *_latencies(rounds)]

    for number, rounds in refreshes.by_chains.items():
        yield row(f"Easement, {number} at once" if number > 1 else "Easement, one by one", rounds)
    yield [
        "RS256 signing alone, joserfc",
        "",
        str(spread(signatures)),
        "1",
        "",
        "",
    ]
    if refreshes.nginx:
        title = f"nginx, static answer of {refreshes.answer_size / 1000:.1f} KB"
        yield row(title, refreshes.nginx)
