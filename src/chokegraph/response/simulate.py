# SPDX-License-Identifier: Apache-2.0
"""Run policies on the same draws: `simulate`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response import numpy_engine
from chokegraph.response.calendar import build_calendar
from chokegraph.response.law import denied_draws, law_shape, law_tables
from chokegraph.response.outputs import VARIABLES
from chokegraph.response.params import Params
from chokegraph.response.policy import Policy, approval_draws
from chokegraph.response.start import constants, neutralise, quarters
from chokegraph.response.state import Structure

Array = np.ndarray[Any, np.dtype[Any]]
Engine = Literal["auto", "numpy", "jax"]
Progress = Callable[[int, int], None]

CHUNK = 8
"""Draws between two reports of progress, and the unit in which a run is interrupted. JAX compiles
for this many draws, so that runs of any length share one compilation."""

BATCH = 1
"""Draws mapped together by JAX. One at a time fits into a core's cache; two, four or eight together
take longer for each draw."""


@dataclass(frozen=True)
class Paths:
    """Outcomes of one run: arrays by name, draw first; then the dimensions of `VARIABLES`.

    `draws` counts the finished draws: fewer than asked for when the run was stopped.
    """

    arrays: Mapping[str, Array]
    draws: int
    engine: str
    dtype: str

    def __getitem__(self, name: str) -> Array:
        """Return the outcomes of one variable."""
        return self.arrays[name]


def pick_engine(engine: Engine) -> Literal["numpy", "jax"]:
    """Return the engine that will run: "auto" is JAX where it is installed, else NumPy.

    Raises:
        FindingsError: JAX is asked for and not installed, or the name is not known.

    Example:
        >>> pick_engine("numpy")
        'numpy'
    """
    if engine not in ("auto", "numpy", "jax"):
        finding = Finding(f"unknown engine '{engine}'", "use auto, numpy or jax")
        raise FindingsError([finding], title="engine")
    installed = find_spec("jax") is not None
    if engine == "jax" and not installed:
        finding = Finding("JAX is not installed", "pip install 'chokegraph[fast]', or use numpy")
        raise FindingsError([finding], title="engine")
    if engine == "numpy" or not installed:
        return "numpy"
    return "jax"


def simulate(
    structure: Structure,
    params: Params,
    policies: Mapping[str, Policy],
    *,
    engine: Engine = "auto",
    dtype: Literal["float32", "float64"] | None = None,
    batch_size: int | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    workers: int | None = None,
) -> dict[str, Paths]:
    """Run every policy on the same draws.

    Args:
        structure: The world as arrays.
        params: The draws.
        policies: Policies by run name, for example `{"baseline": ..., "scenario": ...}`.
        engine: "jax", "numpy", or "auto" (JAX if it is installed).
        dtype: Numbers of 32 or 64 bits; default: 64 with NumPy, 32 with JAX.
        batch_size: Draws mapped together by JAX; results do not depend on it beyond rounding.
        progress: Called with (draws done, draws in all), counted over all runs.
        should_stop: Asked between chunks; when true, the runs end with the draws that all of them
            have finished.
        workers: Threads for JAX; default: one per core.

    Returns:
        Outcomes by run name. All runs hold the same draws.

    Raises:
        FindingsError: The engine is not available, or nothing was finished before the stop.

    Example:
        >>> from chokegraph.response.params import sample_params
        >>> from chokegraph.response.toy import toy_structure
        >>> toy = toy_structure(years=1)
        >>> runs = simulate(toy, sample_params(toy, draws=2, seed=1), {"baseline": Policy()},
        ...                 engine="numpy")
        >>> runs["baseline"]["output"].shape
        (2, 4, 2)
    """
    name = pick_engine(engine)
    number = dtype or ("float64" if name == "numpy" else "float32")
    batch = batch_size or BATCH
    chunk = -(-CHUNK // batch) * batch if name == "jax" else 1
    spans = [(start, min(start + chunk, params.draws)) for start in range(0, params.draws, chunk)]
    jobs = _prepare(structure, params, policies)
    tasks = [(run, span) for span in spans for run in policies]
    total = params.draws * len(policies)
    store: dict[str, dict[str, Array]] = {run: {} for run in policies}
    finished: set[tuple[str, int]] = set()
    count = 0
    runner = _numpy_runner(jobs, number) if name == "numpy" else None
    threads = 1
    if runner is None:
        runner = _jax_runner(jobs, number, batch, chunk)
        threads = workers or os.cpu_count() or 1
    for (run, span), result in _work(runner, tasks, threads, should_stop):
        # Results go straight to their place, so that they are held once.
        for variable, array in result.items():
            if variable not in store[run]:
                shape = (params.draws, *array.shape[1:])
                store[run][variable] = np.empty(shape, dtype=array.dtype)
            store[run][variable][slice(*span)] = array
        finished.add((run, span[0]))
        count += span[1] - span[0]
        if progress is not None:
            progress(count, total)
    complete = 0
    for span in spans:
        if not all((run, span[0]) in finished for run in policies):
            break
        complete = span[1]
    if not complete:
        finding = Finding("the run was stopped before the first draws were finished")
        raise FindingsError([finding], title="simulation")
    return {run: _collect(structure, store[run], complete, name, number) for run in policies}


def _prepare(
    structure: Structure, params: Params, policies: Mapping[str, Policy]
) -> dict[str, dict[str, Any]]:
    """Lay out every policy; pad the calendars to one shape, so that JAX compiles once."""
    if not policies:
        finding = Finding("there is no policy to run", "give at least a baseline")
        raise FindingsError([finding], title="simulation")
    width = max(len(policy.controls) for policy in policies.values())
    laid = [build_calendar(structure, policy) for policy in policies.values()]
    count = max(len(calendar.active) for calendar in laid)
    slots = max(calendar.capped.shape[1] for calendar in laid)
    fixed = constants(structure)
    shape = law_shape(policy.law for policy in policies.values())
    jobs = {}
    for run, policy in policies.items():
        calendar = build_calendar(structure, policy, regimes=count, controls=width, slots=slots)
        granted = approval_draws(policy, params.seed, params.draws, width)
        denied = denied_draws(policy.law, params.seed, params.draws, shape[1])
        jobs[run] = {
            "values": neutralise(policy, params.values),
            "approval": np.concatenate([granted, denied], axis=1),
            "constants": fixed,
            "calendar": {
                "active": calendar.active,
                "reach": calendar.reach,
                "capped": calendar.capped,
                "hard": calendar.hard,
                "sliding": calendar.sliding,
                "before": np.asarray(calendar.before, dtype=np.int32),
                **law_tables(policy.law, calendar.law_state, shape, calendar.reach[0].size),
            },
            "quarters": quarters(calendar),
        }
    return jobs


Runner = Callable[[str, tuple[int, int]], dict[str, Array]]


def _numpy_runner(jobs: Mapping[str, Mapping[str, Any]], number: str) -> Runner:
    def cast(tree: Mapping[str, Array]) -> dict[str, Array]:
        kind = np.dtype(number)
        return {k: v.astype(kind) if v.dtype.kind == "f" else v for k, v in tree.items()}

    fixed = {
        run: (cast(job["constants"]), cast(job["calendar"]), cast(job["quarters"]))
        for run, job in jobs.items()
    }

    def run_span(run: str, span: tuple[int, int]) -> dict[str, Array]:
        job = jobs[run]
        results = []
        for d in range(*span):
            row = cast({name: array[d] for name, array in job["values"].items()})
            approval = job["approval"][d].astype(number)
            results.append(numpy_engine.run_draw(row, approval, *fixed[run]))
        return {name: np.stack([r[name] for r in results]) for name in results[0]}

    return run_span


def _jax_runner(
    jobs: Mapping[str, Mapping[str, Any]], number: str, batch: int, chunk: int
) -> Runner:
    import jax

    from chokegraph.response import jax_engine, padding

    inputs = jobs[next(iter(jobs))]["constants"]["capital"].size
    # The width of numbers is a setting of each thread.
    double = number == "float64"
    with jax.enable_x64(double):
        fixed = {
            run: tuple(
                jax_engine.as_arrays(padding.fill_constants(job[part], inputs), number)
                for part in ("constants", "calendar", "quarters")
            )
            for run, job in jobs.items()
        }
    go = jax_engine.compiled(batch)
    known: set[str] = set()

    def run_span(run: str, span: tuple[int, int]) -> dict[str, Array]:
        job = jobs[run]
        # A shorter chunk is filled up with its own last draw, so that nothing is compiled twice;
        # the filling is thrown away.
        pick = np.minimum(np.arange(span[0], span[0] + chunk), span[1] - 1)
        with jax.enable_x64(double):
            # NumPy arrays go in as they are: quicker than putting each on the device by name.
            drawn = {name: array[pick] for name, array in job["values"].items()}
            rows = jax_engine.cast(padding.fill_draws(drawn, inputs), number)
            approval = job["approval"][pick].astype(number)
            outcome = go(rows, approval, *fixed[run])
        if run not in known:
            known.add(run)
            jax_engine.give_back_memory()
        whole = {name: np.asarray(array)[: span[1] - span[0]] for name, array in outcome.items()}
        return padding.cut(whole, inputs)

    return run_span


Task = tuple[str, tuple[int, int]]


def _work(
    runner: Runner,
    tasks: list[Task],
    threads: int,
    should_stop: Callable[[], bool] | None,
) -> Iterator[tuple[Task, dict[str, Array]]]:
    """Run the tasks in order, in a few threads; the first one alone, so that it compiles once."""
    stop = should_stop or (lambda: False)
    if threads == 1:
        for task in tasks:
            if stop():
                return
            yield task, runner(*task)
        return
    if not tasks or stop():
        return
    yield tasks[0], runner(*tasks[0])
    waiting = iter(tasks[1:])
    halt = threading.Event()
    with ThreadPoolExecutor(threads) as pool:
        running: dict[Future[dict[str, Array]], Task] = {}
        try:
            while True:
                while len(running) < threads and not halt.is_set():
                    following = next(waiting, None)
                    if following is None or stop():
                        halt.set()
                        break
                    running[pool.submit(runner, *following)] = following
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield running.pop(future), future.result()
        finally:
            for future in running:
                future.cancel()


def _collect(
    structure: Structure, arrays: Mapping[str, Array], draws: int, name: str, number: str
) -> Paths:
    """Keep the finished draws; turn [draw, year, 4, ...] into [draw, quarter, ...]."""
    kept = {}
    for variable, spec in VARIABLES.items():
        array = arrays[variable][:draws]
        if spec.dims[0] == "quarter":
            array = array.reshape(draws, structure.years * 4, *array.shape[3:])
        kept[variable] = array
    return Paths(kept, draws, name, number)
