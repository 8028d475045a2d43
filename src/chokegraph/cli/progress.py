# SPDX-License-Identifier: Apache-2.0
"""A progress bar, and a Ctrl-C that keeps what is finished."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Progress = Callable[[str, int, int], None]


@contextmanager
def watched() -> Iterator[tuple[Progress, Callable[[], bool]]]:
    """Show progress on the terminal and listen for Ctrl-C.

    The first Ctrl-C asks the work to stop and keep what is finished; a second one ends at once.

    Yields:
        A function to report progress with, and one that says whether to stop.
    """
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    asked = False
    console = Console(stderr=True)
    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    tasks: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage.capitalize(), total=total)
        bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            signal.default_int_handler(number, frame)
        asked = True
        console.print("Stopping; what is finished is kept. Ctrl-C again ends at once.")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        with bars:
            yield report, lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
