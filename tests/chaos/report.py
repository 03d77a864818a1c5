"""The outcome of a campaign, as a table in French."""

from statistics import median

from tests.chaos.campaign import Result
from tests.chaos.verdict import CHECKS

_ALWAYS = (
    *CHECKS,
    "formulaire et dernier sujet gardés par Rasa",
    "aucune réponse 5xx ni inattendue",
    "service rétabli de lui-même",
    "calme revenu à temps",
    "toutes les coupures faites",
    "aucun processus orphelin",
)
_SHOWN = 6


def table(result: Result) -> str:
    """The kills one by one, what was exchanged, and each promise."""
    return "\n".join([*_kills(result), "", *_exchanged(result), "", *_promises(result)])


def _kills(result: Result) -> list[str]:
    lines = ["  n°  tué       avec un conseiller  en attente  appels en cours  rétabli en"]
    for number, kill in enumerate(result.journal.kills, start=1):
        back = "jamais" if kill.recovered is None else f"{_number(kill.recovered)} s"
        lines.append(
            f"{number:>4}  {kill.victim:<9}{kill.with_humans:>19}"
            f"{kill.pending:>12}{kill.in_flight:>17}{back:>12}"
        )
    for victim in sorted({kill.victim for kill in result.journal.kills}):
        times = [k.recovered for k in result.journal.kills if k.victim == victim and k.recovered is not None]
        if times:
            lines.append(
                f"      {victim} : {_number(median(times))} s (médiane), {_number(max(times))} s au pire"
            )
    return lines


def _exchanged(result: Result) -> list[str]:
    journal = result.journal
    conversations = journal.conversations.values()
    figures = {
        "conversations": len(conversations),
        "messages enregistrés": result.messages,
        "messages d'usagers acquittés": sum(bool(s.ids) for c in conversations for s in c.said),
        "réponses de conseillers acquittées": sum(bool(s.ids) for c in conversations for s in c.answered),
        **journal.counts,
        "connexions perdues": sum(journal.lost_connections.values()),
        "reconnexions de flux": sum(c.connections - 1 for c in conversations),
    }
    lines = [f"{name:<38}{value:>8}" for name, value in figures.items()]
    if result.quiet_after is not None:
        lines.append(f"{'calme revenu en':<38}{_number(result.quiet_after):>6} s")
    return [*lines, f"{'durée':<38}{result.seconds:>6.0f} s"]


def _promises(result: Result) -> list[str]:
    lines = []
    for name in dict.fromkeys((*_ALWAYS, *result.violations)):
        found = result.violations.get(name, [])
        lines.append(f"{'✗' if found else '✓'} {name}" + (f" : {len(found)} manquement(s)" if found else ""))
        lines += [f"    {one}" for one in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(f"    … et {len(found) - _SHOWN} autre(s)")
    return lines


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
