"""The tables of the gate: what is kept about a conversation, and nothing else.

Times are UTC, stored as RFC 3339 text of fixed width so that SQLite and PostgreSQL order them alike.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as text in UTC to the microsecond."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def _of_conversation(**options: Any) -> Column[str]:
    return Column(
        "conversation_id",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        **options,
    )


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token_digest", String(64), nullable=False),
    Column("token_expires_at", Instant, nullable=False),
    Column("canal", String(16), nullable=False),
    Column("profil", String(32)),
    Column("attributs", JSON, nullable=False),
    Column("langage", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("failed_turns", Integer, nullable=False),
    Column("last_sujet", String(64)),
    Column("profil_asked", Boolean, nullable=False),
    Column("person", String(64)),  # the demonstration person, or the verified identity's key
    Column("identity", String(16), nullable=False),  # none | demo | verified
    Column("owner", String(36)),
    Column("handoff_id", String(36)),
    Column("distress", Boolean, nullable=False),
    # A form is open in Rasa and must be closed before the next message, even if Rasa was down meanwhile.
    Column("reset_assistant", Boolean, nullable=False),
    Column("warned_at", Instant),  # the silence warning of this episode, when one was given
    Column("usager_at", Instant, nullable=False),  # last sign of the usager
    # False once the usager has refused that what was badly understood be read again to teach the assistant.
    Column("reutilisation", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_conversations_state_usager_at", "state", "usager_at"),
    Index("ix_conversations_token_digest", "token_digest"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_conversation(),
    Column("seq", Integer, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("author", String(16), nullable=False),
    Column("author_id", String(36)),
    Column("author_name", String(80)),
    Column("text", Text, nullable=False),
    Column("body", JSON, nullable=False),  # sujet, profil, sources, buttons…: see handoff.views
    Column("action", Text),  # what the pressed button stands for, for the assistant
    Column("reply_to", String(36)),  # the usager's message that this one answers
    Column("pending", Boolean, nullable=False),  # recorded, and the assistant has not answered yet
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    Index("ix_messages_pending", "pending", "created_at"),
    Index("ix_messages_reply_to", "reply_to"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_conversation(index=True),
    Column("author_id", String(36), nullable=False),
    Column("author_name", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

buttons = Table(
    "buttons",
    metadata,
    _of_conversation(primary_key=True),
    Column("payload", String(64), primary_key=True),
    Column("episode", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("action", Text, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    _of_conversation(primary_key=True),
    Column("scope", String(16), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("message_id", String(36), index=True),  # null: an opinion, a demand
    Column("body", JSON(none_as_null=True)),  # the answer given, once it was given
    Column("created_at", Instant, nullable=False),
)

transitions = Table(
    "transitions",
    metadata,
    _of_conversation(primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("trigger", String(32), nullable=False),
    Column("actor", String(48), nullable=False),
    Column("at", Instant, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_conversation(index=True),
    Column("skill", String(32), nullable=False),
    Column("priority", Integer, nullable=False),  # 0 normale, 1 haute, 2 urgence
    Column("reason", String(64), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("owner", String(36)),
    Column("reserved_for", String(36)),
    Column("reserved_until", Instant),
    Column("declined_by", JSON, nullable=False),
    Column("claimed_at", Instant),
    Column("closed_at", Instant),
    Column("outcome", String(32)),
    Column("prompted_at", Instant),  # when the usager was told that the wait is long
    Column("briefing", JSON, nullable=False),
    Index("ix_handoffs_open", "closed_at", "priority", "queued_at"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_conversation(index=True),
    Column("slot", Instant, nullable=False),
    Column("phone", String(32)),
    Column("email", String(254)),
    Column("attempts", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
)

feedbacks = Table(
    "feedbacks",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_conversation(index=True),
    Column("message_id", String(36)),
    Column("helpful", Boolean),
    Column("rating", Integer),
    Column("comment", Text),
    Column("created_at", Instant, nullable=False),
)

# What the assistant understood badly, masked, for its own purpose: to teach it. The conversation's identifier
# is there so that an erasure and a refusal find it; no reader of these rows is ever shown it.
relectures = Table(
    "relectures",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_conversation(index=True),
    Column("text", Text, nullable=False),
    Column("canal", String(16), nullable=False),
    Column("reason", String(16), nullable=False),  # incompris | hesitation | hors_sujet | peu_sur
    Column("sujet", String(64)),  # what the assistant took it for, if it said so
    Column("confidence", Float),
    Column("alternatives", JSON, nullable=False),
    Column("kept_on", String(10), nullable=False),  # a day: an hour would lead back to somebody
    Column("label", String(64)),  # the topic that the reviewer chose
    Column("reviewed_on", String(10)),
    Column("exported_on", String(10)),
    Index("ix_relectures_kept_on", "kept_on"),
)

conseillers = Table(
    "conseillers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # online | away | offline
    Column("seen_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("conseiller_id", String(36), ForeignKey("conseillers.id", ondelete="CASCADE"), nullable=False),
    Column("csrf_digest", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# Only the identifier of what was erased, kept until Rasa has erased it as well.
erasures = Table(
    "erasures",
    metadata,
    Column("conversation_id", String(36), primary_key=True),
    Column("asked_at", Instant, nullable=False),
)
