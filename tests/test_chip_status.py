# SPDX-License-Identifier: Apache-2.0
"""Status of chips: the law's thresholds on arrays agree with the law's own rules, part by part."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.rules import load_law
from chokegraph.study.chip_law import by_the_law
from chokegraph.study.chip_status import (
    Parts,
    ceiling,
    days_of_change,
    parts_of,
    status,
    status_of_block,
    thresholds_on,
)
from chokegraph.study.chip_tables import REASONS
from chokegraph.study.chip_thresholds import NOTIFIED, REVIEW, RULES

LAW = load_law()
FIRST, SECOND, REVIEWED = days_of_change(LAW)
DAY = timedelta(days=1)
DAYS = (
    FIRST - DAY,
    FIRST,
    SECOND - DAY,
    SECOND,
    date(2024, 12, 31),
    REVIEWED - DAY,
    REVIEWED,
    date(2026, 7, 1),
)
CATALOGUE = load_catalogue()
REAL = list(CATALOGUE.accelerators.values())


def agrees(parts: Parts, on: date, at: int = 0) -> None:
    found = status(parts, thresholds_on(on, LAW))
    law = by_the_law(parts, on, LAW, at)
    arrays = {RULES["first"]: found.first, RULES["a"]: found.a, RULES["b"]: found.b}
    for rule, array in arrays.items():
        assert int(array[at]) == law.answer(rule), (rule, on)
    assert found.words()[at] == law.words
    if found.review:
        assert int(found.case_by_case[at]) == law.answer(REVIEW)
    else:
        assert REVIEW not in {one.rule for one in law.grounds}


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_real_parts_agree_with_the_rules(on):
    parts = parts_of(REAL)
    for at in range(len(REAL)):
        agrees(parts, on, at)


LIMITS = sorted(
    {
        value
        for on in DAYS
        for name, value in vars(thresholds_on(on, LAW)).items()
        if name in ("high", "middle", "low", "tpp_cap") and value is not None
    }
)
AREAS = sorted({limit / d for limit in LIMITS[:3] for d in (1.6, 3.2, 5.92)})
unknown = st.just(float("nan"))
near = st.sampled_from([0.0, -1e-6, 1e-6])
tpps = unknown | st.floats(0, 50_000) | st.builds(float.__add__, st.sampled_from(LIMITS), near)
areas = unknown | st.just(0.0) | st.floats(1, 4000) | st.sampled_from(AREAS)
rates = unknown | st.floats(0, 10_000) | st.sampled_from([600.0, 599.9, 6500.0])


@settings(max_examples=300, deadline=None)
@given(
    tpp=tpps,
    area=areas,
    transfer=rates,
    bandwidth=rates,
    centre=st.integers(0, 2),
    on=st.sampled_from(DAYS),
)
def test_random_parts_agree_with_the_rules(tpp, area, transfer, bandwidth, centre, on):
    column = {"tpp": tpp, "area": area, "transfer": transfer, "bandwidth": bandwidth}
    parts = Parts(
        **{name: np.array([value]) for name, value in column.items()},
        datacentre=np.array([centre], np.uint8),
    )
    agrees(parts, on)


def by_hand(words: str) -> str:
    """The phrase of the table of parts, without its explanation."""
    short = words.split("(")[0].strip()
    return "cannot be told" if short == "unknown" else short


def test_the_table_of_real_parts_is_reproduced():
    parts = parts_of(REAL)
    differences = set()
    for field, on in (("status_2022", FIRST), ("status_2023", SECOND)):
        words = status(parts, thresholds_on(on, LAW)).words()
        for one, computed in zip(REAL, words, strict=True):
            if by_hand(getattr(one, field)) != computed:
                differences.add((one.id, field))
    assert differences == set(REASONS)


def test_the_caps_of_the_review_are_reproduced():
    found = status(parts_of(REAL), thresholds_on(REVIEWED, LAW)).case_by_case
    wanted = {"yes": 2, "no": 0}
    for one, computed in zip(REAL, found, strict=True):
        if one.below_caps_2026:
            assert int(computed) == wanted[one.below_caps_2026], one.id


def test_the_cases_that_everybody_knows():
    def words(name: str, on: date) -> str:
        return status(parts_of([CATALOGUE.accelerators[name]]), thresholds_on(on)).words()[0]

    before = FIRST - DAY
    assert words("a100-sxm-80gb", before) == "not 3A090"
    assert words("a100-sxm-80gb", FIRST) == "3A090"
    for name in ("a800-sxm-80gb", "h800-sxm", "gaudi-2-hl-225b"):
        assert (words(name, FIRST), words(name, SECOND)) == ("not 3A090", "3A090.a")
    for name in ("h20", "l20", "l2", "rtx-4090d"):
        assert words(name, SECOND) == "not 3A090"
    assert words("l4", SECOND) == "3A090.a"
    assert words("rtx-4090", SECOND) == "3A090.a"


def test_exception_for_what_is_not_for_data_centres():
    answers = {}
    for name in ("rtx-4090", "h100-sxm", "a30"):
        parts = parts_of([CATALOGUE.accelerators[name]])
        answers[name] = by_the_law(parts, SECOND, LAW).answer(NOTIFIED)
    assert answers == {"rtx-4090": 2, "h100-sxm": 0, "a30": 2}


def test_ceiling_is_where_parts_become_caught():
    area = np.array(
        [0.0, 100.0, 499.0, 500.0, 640.0, 750.0, 1000.0, 1500.0, 2500.0, 3000.0, 5000.0]
    )
    for on in (FIRST - DAY, FIRST, SECOND, REVIEWED):
        for centre in (True, False):
            thresholds = thresholds_on(on, LAW)
            least = ceiling(area, thresholds, datacentre=centre)
            flag = np.uint8(2 if centre else 0)
            finite = np.isfinite(least)
            for tpp, wanted in ((least[finite], 2), (least[finite] - 1e-6, 0)):
                parts = Parts(tpp=tpp, area=area[finite], transfer=1e4, datacentre=flag)
                assert status(parts, thresholds).caught.tolist() == [wanted] * int(finite.sum())
            parts = Parts(tpp=1e9, area=area[~finite], transfer=1e4, datacentre=flag)
            assert not status(parts, thresholds).caught.any()


def test_real_parts_made_for_the_rule_stay_just_under_the_ceiling():
    thresholds = thresholds_on(SECOND, LAW)
    for name in ("h20", "l20", "l2", "rtx-4090d", "rtx-5090d"):
        one = CATALOGUE.accelerators[name]
        least = float(ceiling(one.area.mid, thresholds, datacentre=one.datacentre))
        assert 0.95 < one.tpp.mid / least < 1.0


@pytest.mark.parametrize("on", [FIRST - DAY, FIRST, SECOND, REVIEWED], ids=str)
def test_designs_while_they_are_evaluated(on):
    figures = Figures.of(CATALOGUE)
    nodes = figures.codes("nodes", ["tsmc-28", "tsmc-n7", "tsmc-n5"])[:, None]
    dies = Dies(node=nodes, area=np.linspace(50.0, 800.0, 16), count=4)
    designs = Designs(dies=(dies,), package=figures.code("packages", "si-interposer"))
    thresholds = thresholds_on(on, LAW)
    test = status_of_block(thresholds, transfer=900.0)
    found = evaluate(designs, figures, keep=["tpp", "applicable_area"], also={"status": test})
    parts = Parts(tpp=found.tpp, area=found.applicable_area, transfer=900.0, datacentre=2)
    assert (found.status == status(parts, thresholds).caught).all()
    assert found.status.shape == (3, 16)


def test_an_amended_threshold_moves_the_status():
    thresholds = thresholds_on(SECOND, LAW)
    h20 = parts_of([CATALOGUE.accelerators["h20"]])
    assert status(h20, replace(thresholds, low=1000.0, medium=2.5)).words() == ["3A090.b"]
