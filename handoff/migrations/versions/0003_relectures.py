"""Sentences understood badly, kept masked to be reviewed, and the right to refuse it"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "relectures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("canal", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("sujet", sa.String(length=64), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.Column("kept_on", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=True),
        sa.Column("reviewed_on", sa.String(length=10), nullable=True),
        sa.Column("exported_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_relectures_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relectures")),
    )
    op.create_index("ix_relectures_conversation_id", "relectures", ["conversation_id"], unique=False)
    op.create_index("ix_relectures_kept_on", "relectures", ["kept_on"], unique=False)
    # Not in a batch: SQLite adds a column without copying the table, whose rows others refer to.
    # Who spoke before this version was told nothing of it: their sentences are not reused.
    op.add_column(
        "conversations",
        sa.Column("reutilisation", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("conversations", "reutilisation")
    op.drop_index("ix_relectures_kept_on", "relectures")
    op.drop_index("ix_relectures_conversation_id", "relectures")
    op.drop_table("relectures")
