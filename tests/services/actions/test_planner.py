"""Orders of steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.base import PlanImpossible
from services.actions.execution.planner import waves
from services.understanding.base import Step


def steps(*after: tuple[int, ...]) -> list[Step]:
    return [Step("x.y", after=each) for each in after]


@pytest.mark.parametrize(
    ("after", "planned"),
    [
        ((), ()),
        (((), (), ()), ((0, 1, 2),)),
        (((1,), (), (0,)), ((1,), (0,), (2,))),
        (((), (0,), (0,), (1, 2)), ((0,), (1, 2), (3,))),
    ],
)
def test_waves(after: tuple[tuple[int, ...], ...], planned: tuple[tuple[int, ...], ...]) -> None:
    assert waves(steps(*after)) == planned


@pytest.mark.parametrize("after", [((0,),), ((1,), (0,)), ((5,),), ((-1,),)])
def test_impossible_orders(after: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(PlanImpossible):
        waves(steps(*after))


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), max_size=8))
def test_every_step_comes_once_and_after_what_it_waits_for(after: list[list[int]]) -> None:
    wanted = steps(*(tuple(before for before in each if before < index) for index, each in enumerate(after)))
    order = [index for wave in waves(wanted) for index in wave]
    assert sorted(order) == list(range(len(wanted)))
    assert all(order.index(before) < order.index(index) for index, step in enumerate(wanted) for before in step.after)
