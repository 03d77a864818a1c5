"""The verdict sees each broken promise: a judge that finds nothing must have been able to."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.chaos.journal import Followed, Sent
from tests.chaos.records import Recorded, Row
from tests.chaos.verdict import judge


def _message(seq: int, author: str, at: int, reply_to: str | None = None) -> Row:
    return {
        "id": f"m{seq}",
        "seq": seq,
        "author": author,
        "text": f"texte {seq}",
        "reply_to": reply_to,
        "pending": 0,
        "created_at": f"t{at:02}",
    }


def _step(version: int, epoch: int, source: str, target: str, at: int) -> Row:
    return {"version": version, "epoch": epoch, "source": source, "target": target, "at": f"t{at:02}"}


def _sound() -> tuple[Followed, Recorded]:
    """A question answered; a takeover, a question, its answer, the hand-back; a question answered."""
    messages = [
        _message(1, "usager", 1),
        _message(2, "assistant", 2, "m1"),
        _message(3, "system", 3),
        _message(4, "usager", 4),
        _message(5, "conseiller", 5),
        _message(6, "system", 6),
        _message(7, "usager", 7),
        _message(8, "assistant", 8, "m7"),
    ]
    steps = [_step(2, 2, "BOT", "HUMAN", 3), _step(3, 3, "HUMAN", "BOT", 6)]
    now = {"state": "BOT", "version": 3, "epoch": 3, "last_seq": 8, "handoff_id": None}
    seen = Followed("c", "jeton")
    seen.said = [Sent(f"k{n}", [f"m{n}"]) for n in (1, 4, 7)]
    seen.answered = [Sent("k5", ["m5"])]
    seen.streamed = [(m["seq"], m["id"]) for m in messages]
    seen.shown = {"m2", "m8"}
    return seen, Recorded(now, messages, steps, [], [{"id": "h", "closed_at": "t06"}])


def _broken(seen: Followed, kept: Recorded) -> set[str]:
    return {promise for promise, found in judge(seen, kept, kept.messages).items() if found}


def test_a_sound_conversation_breaks_no_promise() -> None:
    assert _broken(*_sound()) == set()


def _lose_a_message(seen: Followed, kept: Recorded) -> None:
    seen.said[1].ids = ["absent"]


def _record_twice(seen: Followed, kept: Recorded) -> None:
    kept.messages.append(_message(9, "usager", 9))


def _answer_twice(seen: Followed, kept: Recorded) -> None:
    kept.messages[5]["reply_to"] = "m1"


def _leave_pending(seen: Followed, kept: Recorded) -> None:
    kept.messages[6]["pending"] = 1


def _leave_unanswered(seen: Followed, kept: Recorded) -> None:
    kept.messages[7]["reply_to"] = None


def _speak_over_a_human(seen: Followed, kept: Recorded) -> None:
    kept.messages[7]["created_at"] = "t05"


def _answer_an_older_epoch(seen: Followed, kept: Recorded) -> None:
    kept.messages[7]["reply_to"] = "m4"


def _skip_a_number(seen: Followed, kept: Recorded) -> None:
    kept.messages[7]["seq"] = 9


def _stream_twice(seen: Followed, kept: Recorded) -> None:
    seen.streamed.insert(3, seen.streamed[2])


def _stream_out_of_order(seen: Followed, kept: Recorded) -> None:
    seen.streamed.reverse()


def _reply_of_a_conseiller_lost(seen: Followed, kept: Recorded) -> None:
    seen.answered.append(Sent("k9", ["absent"]))


@pytest.mark.parametrize(
    ("breaks", "promise"),
    [
        (_lose_a_message, "aucun message acquitté perdu"),
        (_reply_of_a_conseiller_lost, "aucun message acquitté perdu"),
        (_record_twice, "aucun message ni réponse en double"),
        (_answer_twice, "aucun message ni réponse en double"),
        (_leave_pending, "aucun message sans réponse ni conseiller"),
        (_leave_unanswered, "aucun message sans réponse ni conseiller"),
        (_speak_over_a_human, "jamais d'assistant par-dessus un conseiller"),
        (_answer_an_older_epoch, "jamais d'assistant par-dessus un conseiller"),
        (_skip_a_number, "suite des numéros et des états sans trou"),
        (_stream_twice, "flux : chaque message une fois, dans l'ordre"),
        (_stream_out_of_order, "flux : chaque message une fois, dans l'ordre"),
    ],
)
def test_each_broken_promise_is_seen(breaks: Callable[[Followed, Recorded], None], promise: str) -> None:
    seen, kept = deepcopy(_sound())
    breaks(seen, kept)
    assert promise in _broken(seen, kept)
