"""Compares what six systems understand of the same questions, from the same sentences: `bench/nlu.py --help`.

Nothing leaves the machine; what was trained is kept, so that a long comparison is taken up where it stopped.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # before bench/, where this file would stand for our package nlu

from bench.processes import BenchError  # noqa: E402
from bench.report import say  # noqa: E402
from bench.understanding import data, page, record, runs, scores  # noqa: E402
from bench.understanding.recipes import SYSTEMS  # noqa: E402

Json = dict[str, Any]

_PAGE = ROOT / "docs" / "mesures-comprehension.md"


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="bench/nlu.py",
        description="Compare ce que six systèmes, instruits des mêmes phrases, comprennent des questions.",
        epilog="Systèmes : "
        + " ; ".join(f"{key} = {system.title}" for key, system in SYSTEMS.items())
        + ". Tableau sur la sortie standard, modèles dans var/bench/nlu/, chiffres dans "
        "var/bench/nlu-….json : un fichier pour les mêmes phrases et les mêmes questions, où une mesure "
        "partielle garde ce que les autres systèmes ont donné. Une seule comparaison à la fois. "
        "Interrompue, elle reprend au système où elle en était. DIET, (a) et (b), prend des heures "
        "sur toutes les phrases.",
    )
    parser.add_argument(
        "--systemes",
        type=_systems,
        default=list(SYSTEMS),
        metavar="LISTE",
        help=f"ceux à comparer, dans cet ordre (défaut : {','.join(SYSTEMS)})",
    )
    parser.add_argument(
        "--par-sujet",
        type=_count,
        metavar="N",
        help="N phrases par intention, les mêmes pour tous (défaut : toutes)",
    )
    parser.add_argument(
        "--nlu",
        type=Path,
        default=ROOT / "data" / "nlu",
        metavar="DOSSIER",
        help="phrases (défaut : data/nlu)",
    )
    parser.add_argument("--refaire", action="store_true", help="entraîne de nouveau, même si rien n'a changé")
    parser.add_argument(
        "--epoques", type=_count, metavar="N", help="développement : autant d'époques pour (a), (b) et (c)"
    )
    parser.add_argument(
        "--rapport",
        nargs="?",
        type=Path,
        const=_PAGE,
        metavar="FICHIER",
        help="écrit aussi la page (sans fichier : docs/mesures-comprehension.md)",
    )
    parser.add_argument(
        "--check", action="store_true", help="code de retour 1 si un objectif n'est pas tenu, ou pas mesuré"
    )
    return parser.parse_args()


def _systems(text: str) -> list[str]:
    keys = [key.strip() for key in text.split(",")]
    unknown = [key for key in keys if key not in SYSTEMS]
    if unknown:
        raise argparse.ArgumentTypeError(f"inconnu : {', '.join(unknown)} (choix : {','.join(SYSTEMS)})")
    return keys


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"« {text} » n'est pas un nombre entier d'au moins 1")
    return int(text)


def main() -> int:
    """Measure, print, keep."""
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with record.alone(runs.MODELS):
            return _main(chosen)
    except BenchError as error:
        say(f"ÉCHEC : {error}")
        return 2
    except KeyboardInterrupt:
        say("interrompu : relancez la même commande pour reprendre")
        return 130


def _main(chosen: argparse.Namespace) -> int:
    learned = data.draw(data.sentences(chosen.nlu), chosen.par_sujet)
    questions = data.questions(data.QUESTIONS, learned)
    if not questions:
        raise BenchError(f"Aucune question ne porte sur les phrases de « {chosen.nlu} ».")
    say(f"{len(learned)} phrases, {len(questions)} questions")
    trained = []
    for key in chosen.systemes:
        trained.append(runs.train(SYSTEMS[key], learned, epochs=chosen.epoques, again=chosen.refaire))
        cost = trained[-1].cost
        say(f"{SYSTEMS[key].title} : entraîné en {cost['seconds']:.0f} s ({cost['at']})")
    conditions = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "phrases": len(learned),
        "intentions": len({intent for intent, _ in learned}),
        "par_sujet": chosen.par_sujet,
        "epoques": chosen.epoques,
        "questions": len(questions),
        "processeurs": os.cpu_count(),
        "fils": os.cpu_count(),
        "echauffement": runs.WARM_UP,
        "sujet_change": data.rewritten(learned)[0],
    }
    target = record.path(runs.MODELS.parent, learned, questions, chosen.epoques)
    models = {key: runs.model_name(system, learned, chosen.epoques) for key, system in SYSTEMS.items()}
    figures: dict[str, Json] = {}
    for one in trained:  # asked once all is trained: the latencies of a run are of the same hour
        figures = record.add(target, conditions, {one.system.key: _measure(one, learned, questions)}, models)
    say(f"chiffres : {target.relative_to(ROOT)}")
    for key in figures.keys() - {one.system.key for one in trained}:
        say(f"{SYSTEMS[key].title} : mesuré avant ({figures[key]['asked_at']}), repris tel quel")
    return _tell(chosen, conditions, figures)


def _measure(trained: runs.Trained, learned: list[data.Sentence], questions: list[data.Question]) -> Json:
    asked_at, load = time.strftime("%Y-%m-%dT%H:%M:%S%z"), os.getloadavg()[0]
    found = runs.ask(trained, learned, questions)
    topics = data.topics()
    judged = [scores.judge(*pair, topics) for pair in zip(questions, found["answers"], strict=True)]
    measured = scores.figures(judged, [answer["ms"] for answer in found["answers"]])
    say(f"{trained.system.title} : {measured['top1']:.3f} au premier rang, p50 {measured['p50']:.1f} ms")
    return {
        **measured,
        "asked_at": asked_at,
        "asked_load": round(load, 2),
        "load_seconds": found["load_seconds"],
        "resident_mib": found["resident_mib"],
        **{f"training_{name}": value for name, value in trained.cost.items()},
        "training_load": trained.cost["load_before"],
        "changed_seconds": trained.changed["seconds"] if trained.changed else None,
        "model": trained.folder.name,
    }


def _tell(chosen: argparse.Namespace, conditions: Json, figures: dict[str, Json]) -> int:
    print(page.table(figures))
    if chosen.rapport:
        chosen.rapport.write_text(page.page(conditions, figures), encoding="utf-8")
        say(f"page : {chosen.rapport}")
    missed = page.missed(figures) if chosen.check else []
    for title in missed:
        say(f"objectif manqué : {title}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
