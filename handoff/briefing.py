"""What a conseiller reads before the first word: what is asked, what was answered, what failed.

Written by rules from the transcript, never by inference about the person.
"""

from handoff.records import Conversation, Json, Message

_REASONS = {
    "demande": "La personne demande à parler à un conseiller.",
    "offre_acceptee": "La personne a accepté de parler à un conseiller.",
    "echecs": "L'assistant n'a pas su répondre deux fois de suite.",
    "assistant_indisponible": "L'assistant était indisponible.",
    "detresse": "Des mots de détresse ont été repérés. Les numéros d'urgence ont été donnés.",
    "reprise": "Un conseiller a pris la conversation de lui-même.",
}
_DANGERS = {
    "suicide": "idées suicidaires",
    "violence": "violences",
    "enfant": "enfant en danger",
    "rue": "personne à la rue",
    "urgence_medicale": "urgence médicale",
    "harcelement": "harcèlement",
    "a_preciser": "détresse, à préciser",
}
_DANGER = "Danger repéré, à vérifier"
_SHORT = 280


def brief(current: Conversation, transcript: list[Message], reason: str, words: str | None = None) -> Json:
    """Return the briefing of a handoff, from the messages of the current episode."""
    episode = [m for m in transcript if m.episode == current.episode]
    asked = [m for m in episode if m.author == "usager" and m.action is None]
    answers = [m for m in episode if m.author == "assistant" and m.body.get("sujet") and m.reply_to]
    question = next((m.text for m in reversed(asked)), "")
    first = asked[0].text if asked else ""
    return {
        "question": question,
        "sujet": current.last_sujet,
        "profil": current.profil,
        "attributs": current.attributs,
        "facts": ([{"titre": "Motif donné", "valeur": words}] if words else []) + _facts(current, episode),
        "answers_given": [{"sujet": m.body["sujet"], "sources": m.body.get("sources", [])} for m in answers],
        "failure": _REASONS["echecs"] if current.failed_turns >= 2 else None,
        "summary": _summary(reason, first, question, len(answers)),
    }


def with_danger(briefing: Json, kind: str | None) -> Json:
    """Return the briefing with what the person's words say they are in danger of, first of its facts."""
    danger = {"titre": _DANGER, "valeur": _DANGERS[kind or "a_preciser"]}
    others = [fact for fact in briefing["facts"] if fact != danger]
    return {**briefing, "facts": [danger, *others]}


def _facts(current: Conversation, episode: list[Message]) -> list[Json]:
    facts: list[Json] = [{"titre": "Canal", "valeur": current.canal}]
    if current.identity == "demo":
        facts.append({"titre": "Identité", "valeur": "personne fictive de démonstration"})
    if current.langage == "simple":
        facts.append({"titre": "Langage", "valeur": "la personne préfère le langage simple"})
    for message in episode:
        simulation = message.body.get("simulation")
        if simulation:
            facts.append({"titre": f"Estimation {simulation['type']}", "valeur": simulation["results"]})
    return facts


def _summary(reason: str, first: str, last: str, answers: int) -> str:
    parts = [_REASONS.get(reason, _REASONS["demande"])]
    if first:
        parts.append(f"Première demande : « {_shorten(first)} ».")
    if last and last != first:
        parts.append(f"Dernière demande : « {_shorten(last)} ».")
    parts.append(f"Réponses de l'assistant : {answers}.")
    return " ".join(parts)


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
