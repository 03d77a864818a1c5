"""The statements of every turn, built once: building one costs more than SQLite takes to run it."""

from functools import cache

from sqlalchemy import BindParameter, Update, bindparam, delete, insert, select, update

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
ADD_MESSAGE = insert(t.messages)
ADD_RECEIPT = insert(t.receipts)
ADD_BUTTON = insert(t.buttons)
ANSWER_RECEIPT = (
    update(t.receipts)
    .where(t.receipts.c.message_id == _of, t.receipts.c.body.is_(None))
    .values(body=bindparam("first", type_=t.receipts.c.body.type))
)
FORGET_BUTTON = delete(t.buttons).where(
    t.buttons.c.conversation_id == _of, t.buttons.c.payload == bindparam("issued")
)


@cache
def change_conversation(columns: tuple[str, ...], *, counting: bool) -> Update:
    """Set these columns of a conversation (`to_…`), and count `more` messages, whose numbers it returns."""
    c = t.conversations.c
    values: dict[str, object] = {name: bindparam(f"to_{name}", type_=c[name].type) for name in columns}
    statement = update(t.conversations).where(c.id == _of)
    if not counting:
        return statement.values(values)
    return statement.values(values | {"last_seq": c.last_seq + bindparam("more")}).returning(
        c.last_seq, c.episode
    )
