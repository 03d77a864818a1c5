"""The statements of every turn, built once: building one costs more than SQLite takes to run it."""

from sqlalchemy import BindParameter, bindparam, delete, select, update

from handoff import tables as t

_of: BindParameter[str] = bindparam("of")

CONVERSATION = select(t.conversations).where(t.conversations.c.id == _of)
CONVERSATION_LOCKED = CONVERSATION.with_for_update()
REPLIES = select(t.messages).where(t.messages.c.reply_to == _of).order_by(t.messages.c.seq)
SETTLE = (
    update(t.messages).where(t.messages.c.id == _of, t.messages.c.pending.is_(True)).values(pending=False)
)
PENDING_IN = (
    select(t.messages)
    .where(t.messages.c.pending.is_(True), t.messages.c.conversation_id == _of)
    .order_by(t.messages.c.created_at, t.messages.c.seq)
)
RECEIPT = select(t.receipts).where(
    t.receipts.c.conversation_id == _of,
    t.receipts.c.scope == bindparam("in_scope"),
    t.receipts.c.key == bindparam("under"),
)
FORGET_BUTTON = delete(t.buttons).where(
    t.buttons.c.conversation_id == _of, t.buttons.c.payload == bindparam("issued")
)
