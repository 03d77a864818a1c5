"""The lifecycle of a conversation: its states, and the one table of transitions.

This is the page to read first. It decides and touches nothing: no database, no clock, no network.
"""

from dataclasses import dataclass
from enum import StrEnum

from handoff.errors import IllegalTransition


class State(StrEnum):
    """Who answers the usager, or what is awaited."""

    BOT = "BOT"
    QUEUED = "QUEUED"
    RESERVED = "RESERVED"
    HUMAN = "HUMAN"
    WAITING_USER = "WAITING_USER"
    CALLBACK = "CALLBACK"
    CLOSED = "CLOSED"


class Trigger(StrEnum):
    """What happened, in the words of the table of `docs/cycle-de-vie.md`."""

    REQUEST = "request"  # the usager asks for a human, or says yes to the offer
    DISTRESS = "distress"  # the only trigger that queues unasked
    TAKEOVER = "takeover"
    BOOK_CALLBACK = "book_callback"
    RESERVE = "reserve"  # the router offers it to one conseiller
    CLAIM = "claim"
    ACCEPT = "accept"
    DECLINE = "decline"
    RESERVATION_EXPIRED = "reservation_expired"
    GIVE_UP = "give_up"
    RELEASE = "release"
    TRANSFER_SKILL = "transfer_skill"
    OWNER_LOST = "owner_lost"
    TRANSFER_PERSON = "transfer_person"
    HANDBACK = "handback"
    WAIT = "wait"
    USAGER_WROTE = "usager_wrote"
    START_CALLBACK = "start_callback"
    CALLBACK_MISSED = "callback_missed"
    CLOSE = "close"
    SILENCE = "silence"
    REOPEN = "reopen"


_S, _T = State, Trigger

TRANSITIONS: dict[tuple[State, Trigger], State] = {
    (_S.BOT, _T.REQUEST): _S.QUEUED,
    (_S.BOT, _T.DISTRESS): _S.QUEUED,
    (_S.BOT, _T.TAKEOVER): _S.HUMAN,
    (_S.BOT, _T.BOOK_CALLBACK): _S.CALLBACK,
    (_S.QUEUED, _T.BOOK_CALLBACK): _S.CALLBACK,
    (_S.QUEUED, _T.RESERVE): _S.RESERVED,
    (_S.QUEUED, _T.CLAIM): _S.HUMAN,
    (_S.RESERVED, _T.CLAIM): _S.HUMAN,
    (_S.RESERVED, _T.ACCEPT): _S.HUMAN,
    (_S.RESERVED, _T.DECLINE): _S.QUEUED,
    (_S.RESERVED, _T.RESERVATION_EXPIRED): _S.QUEUED,
    (_S.QUEUED, _T.GIVE_UP): _S.BOT,
    (_S.RESERVED, _T.GIVE_UP): _S.BOT,
    (_S.HUMAN, _T.RELEASE): _S.QUEUED,
    (_S.HUMAN, _T.TRANSFER_SKILL): _S.QUEUED,
    (_S.HUMAN, _T.OWNER_LOST): _S.QUEUED,
    (_S.HUMAN, _T.TRANSFER_PERSON): _S.RESERVED,
    (_S.HUMAN, _T.HANDBACK): _S.BOT,
    (_S.WAITING_USER, _T.HANDBACK): _S.BOT,
    (_S.HUMAN, _T.WAIT): _S.WAITING_USER,
    (_S.WAITING_USER, _T.USAGER_WROTE): _S.HUMAN,
    (_S.WAITING_USER, _T.OWNER_LOST): _S.QUEUED,
    (_S.CALLBACK, _T.START_CALLBACK): _S.HUMAN,
    # Somebody in distress is never answered by a call-back alone.
    (_S.CALLBACK, _T.DISTRESS): _S.QUEUED,
    (_S.CALLBACK, _T.GIVE_UP): _S.BOT,
    (_S.CLOSED, _T.REOPEN): _S.BOT,
    # Silence closes only where somebody could have answered: never a queue, never a promised call.
    (_S.BOT, _T.SILENCE): _S.CLOSED,
    (_S.HUMAN, _T.SILENCE): _S.CLOSED,
    (_S.WAITING_USER, _T.SILENCE): _S.CLOSED,
    (_S.CALLBACK, _T.CALLBACK_MISSED): _S.CLOSED,
} | {(state, _T.CLOSE): _S.CLOSED for state in State if state is not State.CLOSED}

#: States in which a handoff is open: somebody waits for a conseiller, or speaks with one.
WITH_HUMANS = frozenset({_S.QUEUED, _S.RESERVED, _S.HUMAN, _S.WAITING_USER, _S.CALLBACK})
#: States in which a conseiller may hold the conversation.
HELD = frozenset({_S.HUMAN, _S.WAITING_USER, _S.RESERVED})


@dataclass(frozen=True, slots=True)
class Decision:
    """One allowed step, and whether the party allowed to speak changes with it."""

    source: State
    target: State
    trigger: Trigger
    owner: str | None
    changes_party: bool


def party(state: State, owner: str | None) -> str | None:
    """Name who may speak to the usager: `assistant`, a conseiller's id, or None for nobody."""
    if state is State.BOT:
        return "assistant"
    return owner if state in HELD else None


def decide(state: State, trigger: Trigger, *, owner: str | None, new_owner: str | None) -> Decision:
    """Return the step that `trigger` makes from `state`.

    Raises:
        IllegalTransition: the table has no such step.
    """
    try:
        target = TRANSITIONS[state, trigger]
    except KeyError:
        raise IllegalTransition(state=state.value, trigger=trigger.value) from None
    changes = party(state, owner) != party(target, new_owner)
    return Decision(state, target, trigger, new_owner, changes)
