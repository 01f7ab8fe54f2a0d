"""`benchmarks/run`: measures, prints Markdown, and keeps it in docs/performance.md if asked to."""

import asyncio
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks import machine, network, nginx, product_calls, refreshes, report, starts
from benchmarks.plan import FULL, QUICK, Plan


@click.command()
@click.option("--quick", is_flag=True, help="Under a minute: rough figures of fewer documents.")
@click.option("--write", is_flag=True, help="Put the figures into docs/performance.md.")
def main(*, quick: bool, write: bool) -> None:
    """Measure product calls, token refreshes and starts."""
    if not sys.platform.startswith("linux"):
        raise click.ClickException("expected Linux: CPU time and memory are read from /proc")
    try:
        figures = asyncio.run(_figures(QUICK if quick else FULL))
    except asyncio.CancelledError:
        raise click.ClickException("told to stop before the end") from None
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(figures)
    if write:
        report.write(figures)


async def _figures(plan: Plan) -> str:
    task = asyncio.current_task()
    assert task is not None
    # What was started must be stopped, whoever ends this program.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    about = machine.description()
    started = starts.Starts()
    for number in range(plan.starts):
        _say(f"start {number + 1} of {plan.starts}")
        starts.measure_run(started)
    with ExitStack() as stack:

        def directory() -> Path:
            made = tempfile.TemporaryDirectory(prefix="easement-benchmark-")
            return Path(stack.enter_context(made))

        yardstick = nginx.start(directory())
        if yardstick is not None:
            stack.callback(yardstick.stop)
        running, _ = network.start(directory() / "data")
        stack.callback(running.stop)
        calls, refreshed = await _rounds(plan, running, yardstick)
    return report.markdown(plan, about, calls, refreshed, started)


async def _rounds(
    plan: Plan, running: network.Network, yardstick: nginx.Nginx | None
) -> tuple[list[product_calls.Call], refreshes.Refreshes]:
    # From here on the load, wherever it comes from, keeps off the core of what is measured.
    support, _ = machine.cores()
    async with network.http_session() as http:
        calls = await product_calls.prepare(plan, running, yardstick, http)
        refreshed = await refreshes.prepare(plan, running, yardstick, http)
        with machine.on_core(support):
            await product_calls.warm_up(calls)
            await refreshes.warm_up(refreshed)
            for number in range(plan.rounds):
                _say(f"round {number + 1} of {plan.rounds}")
                await product_calls.measure_round(plan, calls)
                await refreshes.measure_round(plan, refreshed)
    return calls, refreshed


def _say(progress: str) -> None:
    click.echo(progress, err=True)


if __name__ == "__main__":
    main()
