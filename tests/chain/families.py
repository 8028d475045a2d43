# SPDX-License-Identifier: Apache-2.0
"""Families of coalitions for tests: random ones, and plain ways to work on them."""

from itertools import chain, combinations

from hypothesis import strategies as st

LIMITS = {"most_groups": 24, "most_kept": 2000, "most_listed": 5000}
THRESHOLDS = st.sampled_from([None, 0.3, 0.5, 0.75, 1.0])


def sets(coalitions) -> set[frozenset[str]]:
    return {frozenset(coalition) for coalition in coalitions}


def subsets(members):
    members = sorted(members)
    return chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))


def smallest(families) -> set[frozenset[str]]:
    return {one for one in families if not any(other < one for other in families)}


def transversals(family) -> set[frozenset[str]]:
    """All smallest sets that meet every set, by trying every one."""
    members = {m for one in family for m in one}
    meets = {frozenset(s) for s in subsets(members) if all(set(s) & set(one) for one in family)}
    return smallest(meets)


@st.composite
def families(draw, *, names="ABCDEFG"):
    """Random minimal families: any monotone function of AND and OR has exactly one."""
    some = draw(st.lists(st.frozensets(st.sampled_from(names), min_size=1), max_size=6))
    return [tuple(sorted(one)) for one in smallest(set(some))]
