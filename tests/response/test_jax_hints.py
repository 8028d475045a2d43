# SPDX-License-Identifier: Apache-2.0
"""Hints to the compiler change no result, and a compiler that does not know one gets on without."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")

from chokegraph.response import jax_hints  # noqa: E402


def test_one_kernel_gives_what_the_function_gives_loops_and_branches_included():
    def steps(start, changes):
        def step(total, change):
            total = jax.lax.cond(change > 0, lambda: total + change, lambda: total * 0.5)
            return total, (total, jax_hints.computed_once(total).sum())

        return jax.lax.scan(step, start, changes)

    start, changes = np.arange(3.0, dtype="float32"), np.array([1.0, -1.0, 2.0], dtype="float32")
    whole = jax.jit(jax_hints.one_kernel(steps), compiler_options=jax_hints.compiler_options())
    last, (path, sums) = whole(start, changes)
    # By hand: add 1, halve, add 2.
    np.testing.assert_array_equal(last, [2.5, 3.0, 3.5])
    np.testing.assert_array_equal(path[1], [0.5, 1.0, 1.5])
    np.testing.assert_array_equal(sums, [6.0, 3.0, 9.0])


def test_the_hint_is_for_the_call_only():
    text = jax.jit(jax_hints.one_kernel(lambda x: x * 2 + 1)).lower(np.float32(1)).as_text()
    assert text.count("xla_cpu_small_call") == 1


def test_options_that_the_compiler_does_not_know_are_left_out(monkeypatch):
    known = jax_hints.compiler_options()
    monkeypatch.setattr(jax_hints, "_OPTIONS", {**known, "xla_cpu_no_such_option": "1"})
    assert jax_hints.compiler_options() == known


def test_an_option_with_a_wrong_value_is_not_passed_over(monkeypatch):
    monkeypatch.setattr(jax_hints, "_OPTIONS", {"xla_cpu_enable_fast_min_max": "perhaps"})
    with pytest.raises(jax.errors.JaxRuntimeError, match="perhaps"):
        jax_hints.compiler_options()
