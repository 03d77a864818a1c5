"""Three kills, one of each process, under people who speak: what `make chaos` does at length."""

import asyncio
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, Plan
from tests.chaos.report import table


@pytest.mark.rasa
@pytest.mark.timeout(400)
def test_three_kills_break_no_promise(tmp_path: Path) -> None:
    plan = Plan(kills=3, conversations=8, duration=60, pause=(0.5, 2.0))
    result = asyncio.run(Campaign(plan, tmp_path).run())
    assert result.ok, table(result)
    assert {kill.victim for kill in result.journal.kills} == {"rasa", "actions", "service"}
