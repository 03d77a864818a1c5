"""What the gate needs of others, as plain callables that `app.py` provides."""

from collections.abc import Callable
from datetime import datetime

from handoff.records import Conversation, Json

#: Words a topic of the catalogue for a conversation at an instant: `{text, body}` of an assistant message.
AnswerSujet = Callable[[str, Conversation, datetime], Json]
