"""Who of the team is there: online, and heard of lately."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from handoff import tables as t
from handoff.core import Transaction

PRESENT_FOR = timedelta(seconds=90)


def _there(now: datetime) -> ColumnElement[bool]:
    return (t.conseillers.c.status == "online") & (t.conseillers.c.seen_at >= now - PRESENT_FOR)


async def present_count(tx: Transaction) -> int:
    """Count the conseillers who could answer now."""
    query = select(func.count()).where(_there(tx.now), t.conseillers.c.role == "conseiller")
    return int((await tx.connection.execute(query)).scalar_one())


async def is_present(tx: Transaction, conseiller_id: str | None) -> bool:
    """Tell whether this member of the team is there."""
    query = select(func.count()).where(t.conseillers.c.id == conseiller_id, _there(tx.now))
    return bool((await tx.connection.execute(query)).scalar_one())
