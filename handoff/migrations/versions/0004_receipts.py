"""A key may be of something else than a message: an opinion, the demand of a human"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MESSAGE_ID = sa.String(length=36)


def upgrade() -> None:
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.alter_column("message_id", existing_type=_MESSAGE_ID, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM receipts WHERE message_id IS NULL")
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.alter_column("message_id", existing_type=_MESSAGE_ID, nullable=False)
