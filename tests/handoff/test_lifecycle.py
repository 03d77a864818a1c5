"""The table of transitions, tried pair by pair, without anything behind it."""

import itertools

import pytest

from handoff.errors import IllegalTransition
from handoff.lifecycle import HELD, TRANSITIONS, WITH_HUMANS, State, Trigger, decide, party

S, T = State, Trigger
ME, OTHER = "conseiller-1", "conseiller-2"

# The table of the architecture, written again by hand: whoever changes one must change the other.
ALLOWED = {
    S.BOT: {
        T.REQUEST: S.QUEUED,
        T.DISTRESS: S.QUEUED,
        T.TAKEOVER: S.HUMAN,
        T.BOOK_CALLBACK: S.CALLBACK,
        T.CLOSE: S.CLOSED,
        T.SILENCE: S.CLOSED,
    },
    S.QUEUED: {
        T.BOOK_CALLBACK: S.CALLBACK,
        T.RESERVE: S.RESERVED,
        T.CLAIM: S.HUMAN,
        T.GIVE_UP: S.BOT,
        T.CLOSE: S.CLOSED,
    },
    S.RESERVED: {
        T.CLAIM: S.HUMAN,
        T.ACCEPT: S.HUMAN,
        T.DECLINE: S.QUEUED,
        T.RESERVATION_EXPIRED: S.QUEUED,
        T.GIVE_UP: S.BOT,
        T.CLOSE: S.CLOSED,
    },
    S.HUMAN: {
        T.RELEASE: S.QUEUED,
        T.TRANSFER_SKILL: S.QUEUED,
        T.OWNER_LOST: S.QUEUED,
        T.TRANSFER_PERSON: S.RESERVED,
        T.HANDBACK: S.BOT,
        T.WAIT: S.WAITING_USER,
        T.CLOSE: S.CLOSED,
        T.SILENCE: S.CLOSED,
    },
    S.WAITING_USER: {
        T.HANDBACK: S.BOT,
        T.USAGER_WROTE: S.HUMAN,
        T.OWNER_LOST: S.QUEUED,
        T.CLOSE: S.CLOSED,
        T.SILENCE: S.CLOSED,
    },
    S.CALLBACK: {
        T.START_CALLBACK: S.HUMAN,
        T.DISTRESS: S.QUEUED,
        T.GIVE_UP: S.BOT,
        T.CALLBACK_MISSED: S.CLOSED,
        T.CLOSE: S.CLOSED,
    },
    S.CLOSED: {T.REOPEN: S.BOT},
}
PAIRS = list(itertools.product(State, Trigger))


@pytest.mark.parametrize(("state", "trigger"), PAIRS, ids=[f"{s}-{t}" for s, t in PAIRS])
def test_every_pair_leads_where_the_table_says_or_is_illegal(state: State, trigger: Trigger) -> None:
    target = ALLOWED[state].get(trigger)
    if target is None:
        with pytest.raises(IllegalTransition) as refused:
            decide(state, trigger, owner=None, new_owner=None)
        assert (refused.value.state, refused.value.trigger) == (state.value, trigger.value)
    else:
        assert decide(state, trigger, owner=None, new_owner=None).target is target


@pytest.mark.parametrize(("pair", "target"), TRANSITIONS.items(), ids=[f"{s}-{t}" for s, t in TRANSITIONS])
@pytest.mark.parametrize("owner", [None, ME])
@pytest.mark.parametrize("new_owner", [None, ME, OTHER])
def test_the_epoch_changes_exactly_when_the_speaker_does(
    pair: tuple[State, Trigger], target: State, owner: str | None, new_owner: str | None
) -> None:
    step = decide(*pair, owner=owner, new_owner=new_owner)
    assert step.changes_party == (party(pair[0], owner) != party(target, new_owner))
    if (pair[0] is S.BOT) != (target is S.BOT):
        assert step.changes_party, "the assistant gains or loses the floor: its late replies must be dropped"


def test_only_the_assistant_speaks_in_bot_and_only_the_owner_with_humans() -> None:
    assert party(S.BOT, None) == party(S.BOT, ME) == "assistant"
    for state in (S.QUEUED, S.CALLBACK, S.CLOSED):
        assert party(state, ME) is None
    for state in HELD:
        assert party(state, ME) == ME
        assert party(state, None) is None


def test_silence_closes_neither_a_queue_nor_a_promised_call() -> None:
    assert {s for s, t in TRANSITIONS if t is T.SILENCE} == {S.BOT, S.HUMAN, S.WAITING_USER}


def test_every_state_but_closed_can_be_left_by_closing_it_and_closed_only_by_reopening() -> None:
    assert {s for s, t in TRANSITIONS if t is T.CLOSE} == set(State) - {S.CLOSED}
    assert {t for s, t in TRANSITIONS if s is S.CLOSED} == {T.REOPEN}


def test_the_states_with_humans_are_all_but_the_assistant_s_and_closed() -> None:
    assert set(WITH_HUMANS) == set(State) - {S.BOT, S.CLOSED}


def test_every_state_can_be_reached() -> None:
    reached, edge = {S.BOT}, {S.BOT}
    while edge:
        edge = {target for (source, _), target in TRANSITIONS.items() if source in edge} - reached
        reached |= edge
    assert reached == set(State)
