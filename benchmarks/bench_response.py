# SPDX-License-Identifier: Apache-2.0
"""How fast the response model runs: draws per second and core, NumPy and JAX, and against PySD.

    python benchmarks/bench_response.py [--draws 1000] [--inputs 120] [--countries 12] [--years 26]

Times are processor times (all threads) divided by runs, so that a busy machine distorts them less;
wall time and peak memory of the whole job stand beside them. The last lines compare with PySD: on
the one-input model of the tests (`tests/response/one_input.mdl`), and at scale, counting that PySD
needs one such model for every supplier, input and market.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

from chokegraph.response import Approval, ControlSpec, make_policy, sample_params, simulate
from chokegraph.response.simulate import CHUNK
from chokegraph.response.toy import large_structure

MODEL = Path(__file__).parents[1] / "tests" / "response" / "one_input.mdl"


def build(args):
    world = large_structure(inputs=args.inputs, countries=args.countries, years=args.years)
    rng = np.random.default_rng(0)
    rules = [
        ControlSpec(
            f"control {k}",
            (1, 2, 3),
            rng.random(args.inputs) < 0.2,
            from_quarter=4 * k,
            announced_quarter=4 * k - 2 if k else None,
            approval=Approval("beta", 2.0, 8.0),
            service=k % 2 == 0,
        )
        for k in range(8)
    ]
    policies = {
        "baseline": make_policy(world, controls=rules[:2]),
        "scenario": make_policy(world, controls=rules),
    }
    return world, policies


def timed(call):
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - processor


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--inputs", type=int, default=120)
    parser.add_argument("--countries", type=int, default=12)
    parser.add_argument("--years", type=int, default=26)
    args = parser.parse_args()
    world, policies = build(args)
    quarters = args.years * 4
    print(
        f"{args.draws} draws x 2 runs, {args.inputs} inputs, {args.countries} countries, "
        f"{quarters} quarters; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    params = sample_params(world, draws=args.draws, seed=1)
    wall, _ = timed(lambda: sample_params(world, draws=args.draws, seed=1))
    print(f"sampling                      {wall:8.2f} s")
    warm = sample_params(world, draws=CHUNK, seed=1)
    wall, _ = timed(lambda: simulate(world, warm, policies, engine="jax"))
    print(f"JAX: compilation, first chunk {wall:8.2f} s")
    wall, processor = timed(lambda: simulate(world, params, policies, engine="jax"))
    jax_rate = 2 * args.draws / processor
    print(
        f"JAX: all runs                 {wall:8.2f} s wall, {processor:.2f} s processor, "
        f"{jax_rate:.1f} draws/s and core"
    )
    few = sample_params(world, draws=4, seed=1)
    _, processor = timed(lambda: simulate(world, few, policies, engine="numpy"))
    print(f"NumPy                         {8 / processor:8.1f} draws/s and core")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory                   {peak:8.2f} GB")
    compare_with_pysd(world, jax_rate)


def compare_with_pysd(world, jax_rate):
    try:
        import pysd
    except ImportError:
        print("PySD is not installed: no comparison")
        return
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = pysd.read_vensim(shutil.copy(MODEL, folder))
        model.run()
        _, processor = timed(lambda: [model.run() for _ in range(5)])
    pysd_rate = 5 / processor
    small = large_structure(inputs=1, countries=5, years=10)
    policy = {"run": make_policy(small)}
    one = sample_params(small, draws=25 * CHUNK, seed=1)
    simulate(small, one, policy, engine="jax")
    _, processor = timed(lambda: simulate(small, one, policy, engine="jax"))
    ours = 25 * CHUNK / processor
    print(
        f"one input, 40 quarters: PySD {pysd_rate:.1f}, JAX {ours:.0f} draws/s and core: "
        f"ratio {ours / pysd_rate:.0f}"
    )
    cells = len(world.inputs) * len(world.countries) * 5 / 2 * world.years / 10
    print(
        f"at scale (PySD extrapolated: {cells:.0f} such models): "
        f"ratio {jax_rate / (pysd_rate / cells):.0f}"
    )


if __name__ == "__main__":
    main()
