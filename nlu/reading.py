"""Reads one message in its conversation: one reading, or one for each of its questions.

Owns the choice between what the message says alone, what it says after the last answer, and its parts.
Refuses to compute anything for a plain sentence beyond the one parse that it needs anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nlu.corrections import Correction, read_correction, refuses
from nlu.families import SERVICE, families_named, family, family_words, topic_words, without_families
from nlu.follow_ups import FollowUp, continues_elsewhere, read_follow_up
from nlu.intent_classifier import BARE_FACT, DISTRESS, FALLBACK, OUT_OF_SCOPE, TECHNICAL
from nlu.questions import buried_question, split_questions

Reading = dict[str, Any]  # Rasa's parse data: text, intent, entities, intent_ranking
Parse = Callable[[str], Reading]

SURE = 0.7  # of each question, for two answers
SURE_ENOUGH = 0.4  # to answer: `ask_below` of the classifier, for what is chosen here
SURE_ALONE = 0.8  # of a short message that does not say that it continues
SURE_OF_ITSELF = 0.9  # « que savez-vous faire » draws every vague sentence
ABOUT_ITSELF = "assistant_capacites"
ASK_AGAIN = "demander_autre"
REFUSES = "refuser"
STATES_PROFIL = "informer_profil"
GIVES_PROFIL = frozenset((STATES_PROFIL, "choisir_profil"))
# Understood, but never half of a message: what is said before or after the question.
_AROUND = frozenset(
    ("salutation", "remerciement", "au_revoir", ABOUT_ITSELF, "insulte", OUT_OF_SCOPE, FALLBACK)
)
# Nobody links these to what was said before: « et au bout ? » is no goodbye.
_NEVER_LINKED = frozenset(("salutation", "au_revoir", ABOUT_ITSELF, "insulte"))


@dataclass(frozen=True)
class Before:
    """What the message comes after: the last topic answered, and the last message as it was read."""

    sujet: str | None = None
    text: str | None = field(default=None, repr=False)  # None when it was a button
    intent: str | None = None  # None at the first message
    confidence: float = 1.0
    ranking: list[dict[str, Any]] = field(default_factory=list)

    @property
    def topic(self) -> str | None:
        """The last topic, when something can follow it: not after « thank you », nor off the subject."""
        return None if self.sujet in SERVICE or self.intent == OUT_OF_SCOPE else self.sujet

    @property
    def answered(self) -> str | None:
        """The topic that the last message was taken for: what a correction says to be wrong."""
        return self.sujet if self.intent in GIVES_PROFIL else self.intent


def read_message(text: str, parse: Parse, before: Before) -> list[Reading]:
    """Return the readings of a message, in the order of its questions; each will be answered."""
    whole = parse(text)
    if _intent(whole) == DISTRESS:
        return [whole]

    def parse_inside(words: str) -> Reading:
        return _inside(parse(words))

    if before.intent is not None:
        correction = read_correction(text)
        if correction is not None:
            return [_corrected(_inside(whole), correction, parse_inside, before)]
    if before.topic is not None:
        follow_up = read_follow_up(text)
        if follow_up is not None:
            return [_continued(_inside(whole), follow_up, before.topic, parse_inside, before)]
        if continues_elsewhere(text) and _confidence(whole) < SURE:
            return [_elsewhere(whole, before.topic, parse_inside)]
    parts = split_questions(text)
    return _questions(whole, parts, parse) if parts else [_unburied(whole, text, parse)]


def read_in_a_form(text: str, parse: Parse) -> list[Reading]:
    """Return the reading of what is said to a form: an answer, a refusal, or a topic that interrupts it.

    Only what is sure interrupts: « je sais plus du tout » is no goodbye.
    """
    whole = parse(text)
    doubtful = _intent(whole) not in TECHNICAL | {DISTRESS} and _confidence(whole) < SURE_ALONE
    if not doubtful and _intent(whole) not in (FALLBACK, ASK_AGAIN):
        return [whole]
    if refuses(text):
        return [_as(whole, REFUSES, 1.0)]
    return [_as(whole, FALLBACK, _confidence(whole), whole) if doubtful else whole]


def _inside(reading: Reading) -> Reading:
    """Read within the scope what leans on a matter of ours: its few words alone could be about anything."""
    first = next(iter(reading["intent_ranking"]), None)
    if _intent(reading) != OUT_OF_SCOPE or first is None or first["name"] == OUT_OF_SCOPE:
        return reading
    intent = first["name"] if first["confidence"] >= SURE_ENOUGH else FALLBACK
    return {**reading, "intent": {"name": intent, "confidence": first["confidence"]}}


def _unburied(whole: Reading, text: str, parse: Parse) -> Reading:
    """Read the question that a story hides, when the story as a whole is not understood and it surely is."""
    asked = buried_question(text) if _confidence(whole) < SURE else None
    if asked is None:
        return whole
    alone = parse(asked)
    if _confidence(alone) < SURE_OF_ITSELF or _intent(alone) in _AROUND | TECHNICAL:
        return whole
    return _as(whole, _intent(alone), _confidence(alone), alone)


def _continued(whole: Reading, follow_up: FollowUp, topic: str, parse: Parse, before: Before) -> Reading:
    """Read a few words after the last topic: for somebody else, or about a neighbour of it."""
    if follow_up.about_self:
        return _as(whole, STATES_PROFIL, before.confidence, profil=follow_up.profil)
    if follow_up.profil is not None:
        return _as(whole, topic, before.confidence, pour_profil=follow_up.profil)
    if _stands_alone(whole, follow_up):
        return whole
    found = _in_context(whole, topic, parse)
    # « et à 62 ans ? » rather asks the same for somebody of that age: another topic must be sure.
    least = SURE_OF_ITSELF if follow_up.attribut else 0.0
    if found is not None and _confidence(found) >= least:
        return _as(whole, _intent(found), _confidence(found), found, pour_attribut=follow_up.attribut)
    if follow_up.attribut is not None:
        return _as(whole, topic, before.confidence, pour_attribut=follow_up.attribut)
    return _closer(whole, topic, parse) if _confidence(whole) < SURE else whole


def _closer(whole: Reading, topic: str, parse: Parse) -> Reading:
    """Read what neither stands alone nor fits the family beside the words of the very topic before."""
    found = parse(f"{whole['text']} {topic_words(topic)}")
    near = family(_intent(found)) == family(topic) and _confidence(found) >= SURE_ENOUGH
    return _as(whole, _intent(found), _confidence(found), found) if near else whole


def _elsewhere(whole: Reading, topic: str, parse: Parse) -> Reading:
    """Read a matter named after another, not sure alone, beside it: « et ma retraite ? » of who is ill."""
    found = parse(f"{whole['text']} {family_words(topic)}")
    named = families_named(str(whole["text"]))
    better = _confidence(found) > max(_confidence(whole), SURE_ENOUGH) and family(_intent(found)) in named
    return _as(whole, _intent(found), _confidence(found), found) if better else whole


def _stands_alone(whole: Reading, follow_up: FollowUp) -> bool:
    """Whether a short message is understood without the last answer: « et pour parler à quelqu'un ? »."""
    intent, confidence = _intent(whole), _confidence(whole)
    if follow_up.linked and intent in _NEVER_LINKED:
        return False
    if intent in TECHNICAL and intent != BARE_FACT:
        return confidence >= SURE_ALONE
    if intent in SERVICE:
        return confidence >= (SURE_OF_ITSELF if intent == ABOUT_ITSELF else SURE_ALONE)
    names_nothing = len(str(whole["text"]).strip(" ?!.…").split()) <= 2 and not families_named(whole["text"])
    if follow_up.linked or names_nothing:  # « combien ? » is of the matter before, however it sounds alone
        return False
    return intent not in (FALLBACK, BARE_FACT) and confidence >= SURE_ALONE


def _in_context(alone: Reading, topic: str, parse: Parse) -> Reading | None:
    """Read a text with the words of a topic's family; None unless it gives a topic of that family.

    The name of a family draws towards its definition: the text alone is kept when it says more surely a
    topic of the same family, as « et comment je me connecte ? » does.
    """
    found = parse(f"{alone['text']} {family_words(topic)}")
    same_family = family(_intent(alone)) == family(topic)
    # Nor does a follow-up ask again what was just answered.
    said_again = _intent(found) == topic and _confidence(alone) >= SURE
    if same_family and (said_again or _confidence(alone) >= _confidence(found)):
        return alone
    intent = _intent(found)
    if intent in SERVICE | TECHNICAL | {FALLBACK}:
        return None
    lonely = family(topic) == topic  # a topic without family has its neighbours anywhere
    return found if lonely or family(intent) == family(topic) else None


def _corrected(whole: Reading, correction: Correction, parse: Parse, before: Before) -> Reading:
    """Set the rejected topic aside, and read the rest of the message, or the last message again."""
    if not correction.rest:
        return _set_aside({**whole, "intent_ranking": before.ranking}, correction, before)
    named = families_named(correction.rest)
    if before.text and len(correction.rest.split()) <= 4 and named:
        asked = without_families(before.text, correction.rejected | {family(str(before.answered))})
        again = parse(f"{asked} {correction.rest}")
        if _confidence(again) >= SURE_ENOUGH and family(_intent(again)) in named:
            return _as(whole, _intent(again), _confidence(again), again)
    rest = parse(correction.rest)
    if before.topic is not None and not named:  # « je voulais dire combien de temps »: of the same matter
        found = _in_context(rest, before.topic, parse)
        if found is not None and _intent(found) != before.answered:
            return _as(whole, _intent(found), _confidence(found), found)
    return _set_aside(_as(whole, None, 0.0, rest), correction, before)


def _set_aside(reading: Reading, correction: Correction, before: Before) -> Reading:
    """Drop the rejected topics, and give what they weighed to the others: they are known to be wrong."""
    if correction.rest and _intent(reading) in TECHNICAL - {ASK_AGAIN, BARE_FACT}:
        return reading
    kept = [
        row
        for row in reading["intent_ranking"]
        if row["name"] != before.answered and family(row["name"]) not in correction.rejected
    ]
    total = sum(row["confidence"] for row in kept)
    was_asked = before.intent in (FALLBACK, ASK_AGAIN, OUT_OF_SCOPE)
    if not total or (not correction.rest and was_asked):
        return _as(reading, ASK_AGAIN, 1.0)
    if len(kept) < len(reading["intent_ranking"]):
        kept = [{**row, "confidence": round(row["confidence"] / total, 6)} for row in kept]
    first = kept[0]
    sure = bool(correction.rest) and first["confidence"] >= SURE_ENOUGH
    chosen = first["name"] if sure else FALLBACK
    return _as(reading, chosen, first["confidence"], {**reading, "intent_ranking": kept})


def _questions(whole: Reading, parts: list[str], parse: Parse) -> list[Reading]:
    """Return one reading a question when each is surely about another topic; the whole otherwise."""
    readings: list[Reading] = []
    for part in parts:
        reading = parse(part)
        if _intent(reading) == DISTRESS:
            return [reading]
        if readings and not families_named(part):
            reading = _after(readings[-1], reading, parse)
        readings.append(reading)
    sure = [r for r in readings if _confidence(r) >= SURE and _intent(r) not in _AROUND | TECHNICAL]
    first_of: dict[str, Reading] = {}
    for reading in sure:
        first_of.setdefault(_intent(reading), reading)
    agreed = _intent(whole) in {*first_of, *_AROUND} or _confidence(whole) < SURE
    if len(first_of) < 2 or not (agreed or _apart(sure)):
        return [whole]
    return list(first_of.values())


def _apart(readings: list[Reading]) -> bool:
    """Whether each question names its own family: a reading of the whole, which mixes them, counts little."""
    named = [families_named(str(reading["text"])) for reading in readings]
    each = all(family(_intent(r)) in names for r, names in zip(readings, named, strict=True))
    return each and len({family(_intent(r)) for r in readings}) == len(readings)


def _after(previous: Reading, reading: Reading, parse: Parse) -> Reading:
    """A question that names nothing continues the one before it: « … et est-ce que ça expire ? »."""
    if _intent(previous) in SERVICE | TECHNICAL | {FALLBACK}:
        return reading
    found = _in_context(reading, _intent(previous), parse)
    if found is None or _intent(found) == f"{family(_intent(previous))}_definition":
        # The name of a family alone gives its definition: nothing new is asked, unless it stands alone.
        return reading if found is None or _confidence(reading) >= SURE_OF_ITSELF else previous
    return _as(reading, _intent(found), _confidence(found), found)


def _as(
    whole: Reading, intent: str | None, confidence: float, like: Reading | None = None, **facts: str | None
) -> Reading:
    """The message under another intent (that of `like` when None), with its ranking and entities added."""
    chosen = {"name": intent, "confidence": confidence} if intent else (like or whole)["intent"]
    # A ranking holds topics only: the channel shows it as the other topics considered.
    ranking = like["intent_ranking"] if like else [] if chosen["name"] in TECHNICAL else [chosen]
    entities = [
        {"entity": name, "value": value, "start": 0, "end": len(whole["text"]), "extractor": "reading"}
        for name, value in facts.items()
        if value is not None
    ]
    added = [*entities, *(row for row in whole["entities"] if row["entity"] not in facts)]
    return {**whole, "intent": chosen, "intent_ranking": ranking, "entities": added}


def _intent(reading: Reading) -> str:
    return str(reading["intent"]["name"])


def _confidence(reading: Reading) -> float:
    return float(reading["intent"]["confidence"])
