"""The peer of the benchmarks: a stock Rasa 3.6 project, as `rasa init` and its guides lay it out.

Same training sentences, same answers as ours (as static responses); nothing is tuned, for it or against it.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from connaissances import load_catalogue
from simulateur.parametres import Parametres, format_value

ROOT = Path(__file__).resolve().parents[1]
FORM = "formulaire_retraite_age"
SLOT = "date_naissance"
# Small talk, which the guides give to the ResponseSelector.
CHITCHAT = ("salutation", "remerciement", "au_revoir", "insulte", "assistant_capacites")
OTHER_ANSWERS = {
    "affirmer": "D'accord. Quelle est votre question ?",
    "refuser": "Très bien, on s'arrête là.",
    "demander_autre": "Posez-moi une autre question.",
    "informer_profil": "C'est noté. Quelle est votre question ?",
    "informer_fait": "Je n'ai pas compris à quoi correspond cette valeur.",
    "nlu_fallback": "Je n'ai pas compris. Pouvez-vous le dire autrement ?",
}
_STORIES = 24
_SEED = 20261123

# The pipeline and the policies that Rasa 3.6 chooses when the configuration names none
# (rasa/engine/recipes/config_files/default_config.yml), in French.
PIPELINE: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]
_POLICIES: list[dict[str, Any]] = [
    {"name": "MemoizationPolicy"},
    {"name": "RulePolicy"},
    {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
    {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
]


def write_project(folder: Path, *, epochs: int) -> None:
    """Write the whole project; `epochs` is 100 but for rehearsals."""
    examples = dict(_examples())
    texts = _answers()
    topics = [name for name in examples if name in texts]
    _write(folder / "config.yml", _configuration(epochs))
    _write(folder / "domain.yml", _domain(topics, texts))
    _write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": _training(examples)})
    _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": _rules(topics)})
    _write(folder / "data" / "stories.yml", {"version": "3.1", "stories": _stories(topics)})
    _write(folder / "credentials.yml", {"rest": None})


def endpoints(folder: Path, database: Path | None) -> Path:
    """Write where the tracker is kept: an SQLite file, or the memory; answers the file to give to Rasa."""
    store: dict[str, Any] = {}
    if database is not None:
        store = {
            "tracker_store": {
                "type": "starter_store.WalSQLTrackerStore",
                "dialect": "sqlite",
                "db": str(database),
            }
        }
        shutil.copy(Path(__file__).with_name("starter_store.py"), folder)
    target = folder / ("endpoints.yml" if database is not None else "endpoints_memory.yml")
    _write(target, store)
    return target


def _examples() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                yield block["intent"], block["examples"]


def _answers() -> dict[str, str]:
    """The general wording of every topic, as ours says it on the web."""
    parametres = Parametres.load()
    catalogue = load_catalogue(ROOT / "connaissances", parametres.value, format_value)
    today = date.today()
    return {sujet: catalogue.answer(sujet, on=today).text for sujet in catalogue.sujets}


def _training(examples: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"intent": f"bavardage/{name}" if name in CHITCHAT else name, "examples": text}
        for name, text in examples.items()
    ]


def with_epochs(parts: list[dict[str, Any]], epochs: int) -> list[dict[str, Any]]:
    """The same components, those that learn by epochs learning for that many."""
    return [part | ({"epochs": epochs} if "epochs" in part else {}) for part in parts]


def _configuration(epochs: int) -> dict[str, Any]:
    return {
        "recipe": "default.v1",
        "assistant_id": "starter",
        "language": "fr",
        "pipeline": with_epochs(PIPELINE, epochs),
        "policies": with_epochs(_POLICIES, epochs),
    }


def _utter(name: str) -> str:
    return "utter_bavardage" if name in CHITCHAT else f"utter_{name}"


def _intent(name: str) -> str:
    return "bavardage" if name in CHITCHAT else name


def _domain(topics: list[str], texts: dict[str, str]) -> dict[str, Any]:
    responses = {
        (f"utter_bavardage/{name}" if name in CHITCHAT else f"utter_{name}"): [{"text": texts[name]}]
        for name in topics
    }
    responses |= {f"utter_{name}": [{"text": text}] for name, text in OTHER_ANSWERS.items()}
    responses |= {
        f"utter_ask_{FORM}_{SLOT}": [{"text": "Quelle est votre date de naissance ?"}],
        "utter_calcul_fait": [{"text": "Né le {date_naissance} : voyez votre caisse de retraite."}],
    }
    plain = [name for name in topics if name not in CHITCHAT]
    intents = [*plain, "bavardage", *(name for name in OTHER_ANSWERS if name != "nlu_fallback"), "simuler"]
    # As the guides advise: the answer to the form is any text that is not another question.
    date_of_birth = {
        "type": "from_text",
        "conditions": [{"active_loop": FORM, "requested_slot": SLOT}],
        "not_intent": [*plain, "bavardage", "simuler"],
    }
    return {
        "version": "3.1",
        "intents": intents,
        "entities": ["profil", "type"],
        "slots": {
            "profil": {"type": "text", "mappings": [{"type": "from_entity", "entity": "profil"}]},
            SLOT: {"type": "text", "influence_conversation": False, "mappings": [date_of_birth]},
        },
        "forms": {FORM: {"required_slots": [SLOT]}},
        "responses": responses,
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _rules(topics: list[str]) -> list[dict[str, Any]]:
    answers = {_intent(name): _utter(name) for name in topics}
    answers |= {name: f"utter_{name}" for name in OTHER_ANSWERS}
    rules: list[dict[str, Any]] = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": action}]}
        for intent, action in answers.items()
    ]
    rules.append(
        {
            "rule": "ouvre le formulaire",
            "steps": [{"intent": "simuler"}, {"action": FORM}, {"active_loop": FORM}],
        }
    )
    rules.append(
        {
            "rule": "fin du formulaire",
            "condition": [{"active_loop": FORM}],
            "steps": [
                {"action": FORM},
                {"active_loop": None},
                {"slot_was_set": [{"requested_slot": None}]},
                {"action": "utter_calcul_fait"},
            ],
        }
    )
    return rules


def _stories(topics: list[str]) -> list[dict[str, Any]]:
    """Conversations of two to four topics, and the form with and without an interruption."""
    draw = random.Random(_SEED)
    stories = []
    for number in range(_STORIES):
        names = draw.sample(topics, draw.randint(2, 4))
        steps = [step for name in names for step in _exchange(name)]
        stories.append({"story": f"conversation {number + 1}", "steps": steps})
    opening: list[dict[str, Any]] = [{"intent": "simuler"}, {"action": FORM}, {"active_loop": FORM}]
    closing: list[dict[str, Any]] = [
        {"action": FORM},
        {"active_loop": None},
        {"slot_was_set": [{"requested_slot": None}]},
        {"action": "utter_calcul_fait"},
    ]
    answered = [*_exchange("retraite_age"), *opening, {"intent": "informer_fait"}, *closing]
    interrupted = [*opening, *_exchange("cpf_solde"), {"action": FORM}, {"intent": "informer_fait"}, *closing]
    return [
        *stories,
        {"story": "formulaire", "steps": answered},
        {"story": "formulaire interrompu", "steps": interrupted},
    ]


def _exchange(name: str) -> list[dict[str, Any]]:
    return [{"intent": _intent(name)}, {"action": _utter(name)}]


class _Dumper(yaml.SafeDumper):
    """Never shares nodes: Rasa's reader refuses aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000),
        encoding="utf-8",
    )


def fingerprint(folder: Path) -> str:
    """What the model of this project depends on."""
    names = ("config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml", "data/stories.yml")
    return json.dumps([(folder / name).read_text(encoding="utf-8") for name in names])
