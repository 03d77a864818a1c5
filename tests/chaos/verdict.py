"""Judges one conversation: what its clients saw against what is recorded. It decides and reads nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from tests.chaos.journal import Followed, Json
from tests.chaos.records import Recorded, Row

_WITH_HUMANS = ("QUEUED", "RESERVED", "HUMAN", "WAITING_USER", "CALLBACK")


def nothing_lost(seen: Followed, kept: Recorded, transcript: list[Json]) -> Iterator[str]:
    """Every acknowledged message, and every reply shown, is in the transcript."""
    present = Counter(m["id"] for m in transcript)
    for sent in (*seen.said, *seen.answered):
        if not sent.ids and sent.refused is None:
            yield f"message jamais acquitté (clé {sent.key[:8]})"
        for one in set(sent.ids):
            if present[one] != 1:
                yield f"message acquitté présent {present[one]} fois ({one[:8]})"
    for one in seen.shown:
        if present[one] != 1:
            yield f"réponse montrée présente {present[one]} fois ({one[:8]})"


def nothing_doubled(seen: Followed, kept: Recorded, transcript: list[Json]) -> Iterator[str]:
    """One key, one message; one message, the answers of one transaction."""
    for author, all_sent in (("usager", seen.said), ("conseiller", seen.answered)):
        acknowledged = [one for sent in all_sent for one in set(sent.ids)]
        recorded = {m["id"] for m in kept.messages if m["author"] == author}
        if len(acknowledged) != len(set(acknowledged)):
            yield f"deux clés pour un même message ({author})"
        for sent in all_sent:
            if len(set(sent.ids)) > 1:
                yield f"une clé, plusieurs messages ({author}, clé {sent.key[:8]})"
        for extra in recorded - set(acknowledged):
            yield f"message enregistré sans avoir été acquitté ({author}, {extra[:8]})"
    moments: dict[str, set[str]] = defaultdict(set)
    for message in kept.messages:
        if message["reply_to"]:
            moments[message["reply_to"]].add(message["created_at"])
    for asked, when in moments.items():
        if len(when) > 1:
            yield f"message répondu {len(when)} fois ({asked[:8]})"
    for before, after in zip(kept.messages, kept.messages[1:], strict=False):
        same = before["text"] == after["text"] and before["author"] == after["author"] == "system"
        if same:
            yield f"même annonce deux fois de suite (seq {after['seq']})"


def nothing_unanswered(seen: Followed, kept: Recorded, transcript: list[Json]) -> Iterator[str]:
    """Every usager's message has an answer, or was before a human."""
    answered = {m["reply_to"] for m in kept.messages if m["reply_to"]}
    for message in kept.messages:
        if message["author"] != "usager":
            continue
        if message["pending"]:
            yield f"message encore en attente de l'assistant (seq {message['seq']})"
        elif message["id"] not in answered and not _was_before_a_human(kept, message):
            yield f"message sans réponse ni conseiller (seq {message['seq']})"


def _was_before_a_human(kept: Recorded, message: Row) -> bool:
    """Written to a human, or to the assistant and a human came before it had answered."""
    if _state_before(kept, message["created_at"]) in _WITH_HUMANS:
        return True
    following = next((t for t in kept.transitions if t["at"] > message["created_at"]), None)
    return following is not None and following["target"] in _WITH_HUMANS


def _state_before(kept: Recorded, moment: str) -> str:
    """The state in which a transaction of this instant began: writes take turns, so instants order them."""
    before = [t["target"] for t in kept.transitions if t["at"] < moment]
    return before[-1] if before else "BOT"


def _epoch_before(kept: Recorded, moment: str) -> int:
    before = [t["epoch"] for t in kept.transitions if t["at"] < moment]
    return before[-1] if before else 1


def no_bot_over_a_human(seen: Followed, kept: Recorded, transcript: list[Json]) -> Iterator[str]:
    """The assistant speaks only while it has the floor, and in the epoch in which it was asked."""
    born = {m["id"]: m["created_at"] for m in kept.messages}
    for message in kept.messages:
        if message["author"] != "assistant":
            continue
        moment = message["created_at"]
        if _state_before(kept, moment) != "BOT":
            yield f"l'assistant parle pendant {_state_before(kept, moment)} (seq {message['seq']})"
        asked = born.get(message["reply_to"] or "")
        if asked is not None and _epoch_before(kept, asked) != _epoch_before(kept, moment):
            yield f"réponse d'une époque révolue (seq {message['seq']})"


def no_holes(seen: Followed, kept: Recorded, transcript: list[Json]) -> Iterator[str]:
    """Numbers and versions follow one another; the transcript is what is recorded."""
    numbers = [m["seq"] for m in kept.messages]
    if numbers != list(range(1, kept.conversation["last_seq"] + 1)):
        yield "numéros avec un trou ou un doublon"
    if [(m["seq"], m["id"]) for m in transcript] != [(m["seq"], m["id"]) for m in kept.messages]:
        yield "la conversation lue par l'API n'est pas celle de la base"
    state, version, epoch = "BOT", 1, 1
    for step in kept.transitions:
        if step["source"] != state or step["version"] != version + 1 or step["epoch"] < epoch:
            yield f"transitions incohérentes à la version {step['version']}"
        state, version, epoch = step["target"], step["version"], step["epoch"]
    now = kept.conversation
    if (now["state"], now["version"], now["epoch"]) != (state, version, epoch):
        yield "l'état n'est pas celui de la dernière transition"
    still_open = [h["id"] for h in kept.handoffs if h["closed_at"] is None]
    if still_open != ([now["handoff_id"]] if now["handoff_id"] else []):
        yield "demande de conseiller ouverte sans conversation, ou l'inverse"


def streamed_once_in_order(seen: Followed, kept: Recorded, transcript: list[Json]) -> Iterator[str]:
    """The stream gave every message, once, in order, through all its reconnections."""
    expected = [(m["seq"], m["id"]) for m in kept.messages]
    if seen.streamed == expected:
        return
    got = [seq for seq, _ in seen.streamed]
    missing = sorted({seq for seq, _ in expected} - set(got))
    doubled = sorted(seq for seq, times in Counter(got).items() if times > 1)
    yield f"{len(got)} reçus sur {len(expected)}, manquent {missing[:5]}, en double {doubled[:5]}"


Check = Callable[[Followed, Recorded, list[Json]], Iterator[str]]
CHECKS: dict[str, Check] = {
    "aucun message acquitté perdu": nothing_lost,
    "aucun message ni réponse en double": nothing_doubled,
    "aucun message sans réponse ni conseiller": nothing_unanswered,
    "jamais d'assistant par-dessus un conseiller": no_bot_over_a_human,
    "suite des numéros et des états sans trou": no_holes,
    "flux : chaque message une fois, dans l'ordre": streamed_once_in_order,
}


def judge(seen: Followed, kept: Recorded, transcript: list[Json]) -> dict[str, list[str]]:
    """Every violation, by promise."""
    return {name: list(check(seen, kept, transcript)) for name, check in CHECKS.items()}
