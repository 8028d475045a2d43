# SPDX-License-Identifier: Apache-2.0
# numba reads the types of compiled functions from their arguments, and mypy cannot follow it.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc,untyped-decorator"
# mypy: disable-error-code="call-arg,var-annotated,import-untyped"
# ruff: noqa: ANN001, ANN201, ANN401
"""The compiled engine: many scenarios side by side, one edge updating all of them at once.

Imported only when this engine runs, since importing numba takes a second. Arrays are (N, LANES):
the scenarios of a batch lie next to each other in memory, so that adding what an edge passes on is
one vector instruction or two. Left to itself, numba writes the running sum back to memory at every
edge (it cannot know that arrays do not overlap), which costs a factor of three; so this file gives
it a type for a register full of scenarios, `Lanes`, with the few operations that the cascade needs.
Sums run in the order of the edges and without fused multiply-add, as in SciPy's sparse product:
both engines round alike.

On caching compiled code (`cache=True`): all compiled functions and constants stand in this one
file, since numba's cache notices changes of the file that holds a function and not of others; the
cache is keyed by the processor; and where no folder can be written, compiling goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 16
"""Scenarios side by side: one AVX-512 register of single precision, two of double."""
BLOCK = 64
"""Nodes whose weighted losses are added up in the precision of the arrays."""


class Lanes(types.Type):
    """A register with one number for each scenario."""

    def __init__(self, number: Any) -> None:
        self.number = number
        super().__init__(name=f"Lanes({number})")


@register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    """How LLVM holds it: a vector."""

    def __init__(self, manager: Any, kind: Any) -> None:
        number = manager.lookup(kind.number).get_value_type()
        super().__init__(manager, kind, ir.VectorType(number, LANES))


def _pointer(context: Any, builder: Any, kind: Any, array: Any, row: Any) -> tuple[Any, Any]:
    """Address of a row of lanes, and the alignment that can be relied on."""
    number = context.get_value_type(kind.dtype)
    data = cgutils.create_struct_proxy(kind)(context, builder, value=array).data
    long = ir.IntType(64)
    start = builder.gep(data, [builder.mul(row, ir.Constant(long, LANES))])
    where = builder.bitcast(start, ir.VectorType(number, LANES).as_pointer())
    return where, context.get_abi_sizeof(number)


@intrinsic
def load(typing: Any, array: Any, row: Any) -> Any:
    """array[row, :] as a register."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], signature.args[1], types.int64)
        pointer, align = _pointer(context, builder, signature.args[0], args[0], where)
        return builder.load(pointer, align=align)

    return Lanes(array.dtype)(array, row), generate


@intrinsic
def store(typing: Any, array: Any, row: Any, value: Any) -> Any:
    """array[row, :] = value."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], signature.args[1], types.int64)
        pointer, align = _pointer(context, builder, signature.args[0], args[0], where)
        builder.store(args[2], pointer, align=align)
        return context.get_dummy_value()

    return types.void(array, row, value), generate


@intrinsic
def spread(typing: Any, number: Any) -> Any:
    """A register that holds one number everywhere."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        short = ir.IntType(32)
        vector = context.get_value_type(signature.return_type)
        unset = ir.Constant(vector, ir.Undefined)
        first = builder.insert_element(unset, args[0], ir.Constant(short, 0))
        nought = ir.Constant(ir.VectorType(short, LANES), [ir.Constant(short, 0)] * LANES)
        return builder.shuffle_vector(first, unset, nought)

    return Lanes(number)(number), generate


def _binary(name: str, operation: Callable[[Any, Any, Any], Any]) -> Any:
    """An operation on two registers, lane by lane."""

    def typed(typing: Any, left: Any, right: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return operation(builder, args[0], args[1])

        return left(left, right), generate

    typed.__name__ = name
    return intrinsic(typed)


add = _binary("add", lambda builder, a, b: builder.fadd(a, b))
minus = _binary("minus", lambda builder, a, b: builder.fsub(a, b))
times = _binary("times", lambda builder, a, b: builder.fmul(a, b))
over = _binary("over", lambda builder, a, b: builder.fdiv(a, b))
larger = _binary(
    "larger", lambda builder, a, b: builder.select(builder.fcmp_ordered(">", a, b), a, b)
)
smaller = _binary(
    "smaller", lambda builder, a, b: builder.select(builder.fcmp_ordered("<", a, b), a, b)
)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile without holding Python's lock, keeping the machine code where a folder allows it."""
    try:
        kept: Callable[..., Any] = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder can be written
        kept = njit(nogil=True)(function)
    return kept


@compiled
def sweep(first, start, source, share, felt, old, new, least, shocked, change):
    """One update of all nodes in one direction; `change` keeps the largest rise of each lane."""
    one = spread(share.dtype.type(1))
    nothing = spread(share.dtype.type(0))
    most = load(change, 0)
    for node in range(first.size - 1):
        worst = nothing
        for piece in range(first[node], first[node + 1]):
            lost = nothing
            for edge in range(start[piece], start[piece + 1]):
                lost = add(lost, times(spread(share[edge]), load(felt, source[edge])))
            worst = larger(worst, lost)
        if shocked[node]:
            worst = larger(worst, load(least, node))
        worst = smaller(worst, one)
        most = larger(most, minus(worst, load(old, node)))
        store(new, node, worst)
    store(change, 0, most)


@compiled
def stands(market, market_share, guard, instead, floor, lost, left, felt):
    """What of each node's loss nobody in its market makes good."""
    number = market_share.dtype.type
    one, nothing = spread(number(1)), spread(number(0))
    for group in range(guard.size):
        store(left, group, nothing)
    for node in range(market.size):
        group = market[node]
        rest = times(spread(market_share[node]), minus(one, load(lost, node)))
        store(left, group, add(load(left, group), rest))
    for group in range(guard.size):
        for lane in range(LANES):
            rest_of = left[group, lane]
            left[group, lane] = number(1) / rest_of if rest_of > guard[group] else instead[group]
    least = spread(floor)
    for node in range(market.size):
        stays = smaller(times(spread(market_share[node]), load(left, market[node])), one)
        store(felt, node, times(larger(stays, least), load(lost, node)))


@compiled
def enter(lane, scenario, begin, who, much, least, shocked, down, up):
    """Put a scenario into an empty lane: nothing is lost but what the shock takes."""
    for entry in range(begin[scenario], begin[scenario + 1]):
        node = who[entry]
        shocked[node] += 1
        least[node, lane] = much[entry]
        down[node, lane] = much[entry]
        up[node, lane] = much[entry]


@compiled
def leave(lane, scenario, begin, who, least, shocked):
    """Take a scenario's shock out of a lane."""
    for entry in range(begin[scenario], begin[scenario + 1]):
        shocked[who[entry]] -= 1
        least[who[entry], lane] = 0


@compiled
def reckon(weights, down, up, stay, some, sums):
    """Weighted losses of all lanes, and nothing left in those that do not stay.

    Sums of `BLOCK` nodes are added up in double precision whatever the arrays hold.
    """
    for row in range(3):
        for lane in range(LANES):
            sums[row, lane] = 0
    keep = load(stay, 0)
    nothing = spread(weights.dtype.type(0))
    for begin in range(0, weights.size, BLOCK):
        both, one, other = nothing, nothing, nothing
        for node in range(begin, min(begin + BLOCK, weights.size)):
            weight = spread(weights[node])
            down_now, up_now = load(down, node), load(up, node)
            both = add(both, times(weight, larger(down_now, up_now)))
            one = add(one, times(weight, down_now))
            other = add(other, times(weight, up_now))
            store(down, node, times(down_now, keep))
            store(up, node, times(up_now, keep))
        store(some, 0, both)
        store(some, 1, one)
        store(some, 2, other)
        for row in range(3):
            for lane in range(LANES):
                sums[row, lane] += some[row, lane]


@compiled
def published(
    downstream,
    upstream,
    markets,
    shocks,
    weights,
    ways,
    stop,
    most_steps,
    totals,
    steps,
    kept_down,
    kept_up,
):
    """Reference mode for some scenarios: a lane that finishes takes the next one.

    Returns whether every scenario came to its stop.
    """
    d_first, d_start, d_source, d_share = downstream
    u_first, u_start, u_source, u_share = upstream
    market, market_share, guard, instead, floor, replace = markets
    begin, who, much = shocks
    with_down, with_up = ways
    nodes = weights.size
    number = weights.dtype
    down = np.zeros((nodes, LANES), number)
    up = np.zeros((nodes, LANES), number)
    other = np.zeros((nodes, LANES), number)
    felt = np.zeros((nodes, LANES), number)
    least = np.zeros((nodes, LANES), number)
    left = np.zeros((guard.size, LANES), number)
    change = np.zeros((1, LANES), number)
    stay = np.zeros((1, LANES), number)
    some = np.zeros((3, LANES), number)
    sums = np.zeros((3, LANES), np.float64)
    shocked = np.zeros(nodes, np.int32)
    running = np.empty(LANES, np.int64)
    scenarios = begin.size - 1
    following = min(LANES, scenarios)
    for lane in range(LANES):
        running[lane] = lane if lane < following else -1
        if lane < following:
            enter(lane, lane, begin, who, much, least, shocked, down, up)
    going = following
    settled = True
    while going > 0:
        for lane in range(LANES):
            change[0, lane] = -1
        if with_down:
            if replace:
                stands(market, market_share, guard, instead, floor, down, left, felt)
                sweep(d_first, d_start, d_source, d_share, felt, down, down, least, shocked, change)
            else:
                sweep(d_first, d_start, d_source, d_share, down, down, felt, least, shocked, change)
                down, felt = felt, down
        if with_up:
            sweep(u_first, u_start, u_source, u_share, up, up, other, least, shocked, change)
            up, other = other, up
        ended = 0
        for lane in range(LANES):
            stay[0, lane] = 1
            scenario = running[lane]
            if scenario >= 0:
                steps[scenario] += 1
                if change[0, lane] <= stop or steps[scenario] >= most_steps:
                    settled = settled and change[0, lane] <= stop
                    stay[0, lane] = 0
                    ended += 1
        if ended == 0:
            continue
        if kept_down.size:
            for lane in range(LANES):
                if stay[0, lane] == 0:
                    for node in range(nodes):
                        kept_down[running[lane], node] = down[node, lane]
                        kept_up[running[lane], node] = up[node, lane]
        reckon(weights, down, up, stay, some, sums)
        going -= ended
        for lane in range(LANES):
            if stay[0, lane] == 1:
                continue
            for row in range(3):
                totals[row, running[lane]] = sums[row, lane]
            leave(lane, running[lane], begin, who, least, shocked)
            running[lane] = -1
            if following < scenarios:
                enter(lane, following, begin, who, much, least, shocked, down, up)
                running[lane] = following
                following += 1
                going += 1
    return settled


@compiled
def raised(high, lost, before, factor):
    """Into `high`: losses that the limit should not exceed, guessed from the last two rises."""
    one = spread(high.dtype.type(1))
    by = load(factor, 0)
    for node in range(high.shape[0]):
        now = load(lost, node)
        rise = times(by, minus(now, load(before, node)))
        store(high, node, smaller(add(now, rise), one))


@compiled
def furthest(high, lost, most):
    """Into `most`: the largest distance of two states, lane by lane."""
    far = spread(high.dtype.type(0))
    for node in range(high.shape[0]):
        far = larger(far, minus(load(high, node), load(lost, node)))
    store(most, 0, far)


@compiled
def limits(side, markets, shocks, nodes, error, rounding, most_steps, kept, steps, bounds):
    """Converged mode in one direction: raise losses until a proved upper bound is near.

    Lanes of a batch run until all are near their limits: they take about the same time, and a
    proof, which costs a step, serves all of them. A bound stays infinite where `most_steps` were
    not enough.
    """
    first, start, source, share = side
    market, market_share, guard, instead, floor, replace = markets
    begin, who, much = shocks
    number = share.dtype
    now = np.zeros((nodes, LANES), number)
    before = np.zeros((nodes, LANES), number)
    earlier = np.zeros((nodes, LANES), number)
    felt = np.zeros((nodes, LANES), number)
    spare = np.zeros((nodes, LANES), number)
    least = np.zeros((nodes, LANES), number)
    left = np.zeros((guard.size, LANES), number)
    change = np.zeros((1, LANES), number)
    factor = np.zeros((1, LANES), number)
    far = np.zeros((1, LANES), number)
    speed = np.zeros(LANES)
    shocked = np.zeros(nodes, np.int32)
    scenarios = begin.size - 1
    for batch in range(0, scenarios, LANES):
        size = min(LANES, scenarios - batch)
        clear(now)
        for lane in range(size):
            enter(lane, batch + lane, begin, who, much, least, shocked, now, now)
        for lane in range(LANES):
            speed[lane] = 1
        wait = 0
        step = 0
        proved = False
        while step < most_steps and not proved:
            step += 1
            earlier, before, now = before, now, earlier
            for lane in range(LANES):
                change[0, lane] = 0
            if replace:
                stands(market, market_share, guard, instead, floor, before, left, felt)
                sweep(first, start, source, share, felt, before, now, least, shocked, change)
            else:
                # Taking up what has just been raised has the same limit and needs fewer steps.
                copy(now, before)
                sweep(first, start, source, share, now, now, now, least, shocked, change)
            near = step > 1
            for lane in range(size):
                ratio = change[0, lane] / speed[lane] if speed[lane] > 0 else 0.0
                speed[lane] = change[0, lane]
                factor[0, lane] = 0
                if change[0, lane] > 0:
                    if ratio < 1 and 8 * change[0, lane] * ratio <= error * (1 - ratio):
                        factor[0, lane] = 4 * ratio / (1 - ratio)
                    else:
                        near = False
            if step < most_steps and (not near or step < wait):
                continue
            high = earlier
            raised(high, now, earlier, factor)
            furthest(high, now, far)
            for lane in range(LANES):
                change[0, lane] = 0
            if replace:
                stands(market, market_share, guard, instead, floor, high, left, felt)
                sweep(first, start, source, share, felt, high, spare, least, shocked, change)
            else:
                sweep(first, start, source, share, high, high, spare, least, shocked, change)
            proved = True
            for lane in range(size):
                if change[0, lane] <= rounding and far[0, lane] <= error:
                    bounds[batch + lane] = far[0, lane]
                else:
                    bounds[batch + lane] = np.inf
                    proved = False
            # A guess that failed fails again right after; the two states before are also lost.
            wait = step + 4
        for lane in range(size):
            steps[batch + lane] = step
            for node in range(nodes):
                kept[batch + lane, node] = now[node, lane]
            leave(lane, batch + lane, begin, who, least, shocked)


@compiled
def copy(array, other):
    """array[:] = other."""
    for row in range(array.shape[0]):
        store(array, row, load(other, row))


@compiled
def clear(array):
    """Set all to nothing."""
    nothing = spread(array.dtype.type(0))
    for row in range(array.shape[0]):
        store(array, row, nothing)
