"""What is said to somebody who writes in another language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from actions.errors import ConfigurationError
from actions.languages import Languages
from tests.actions.turn_factory import BASE, payloads, rasa

ROOT = Path(__file__).resolve().parents[2]
SPOKEN = yaml.safe_load((ROOT / "connaissances/langues.yml").read_text(encoding="utf-8"))
FOREIGN = [
    ("en", "I lost my job, can I get unemployment benefits?"),
    ("en", "HELLO I NEED HELP WITH MY PENSION"),
    ("es", "perdí mi trabajo y no tengo dinero, ¿qué hago?"),
    ("pt", "perdi o meu emprego, tenho direito ao desemprego?"),
    ("it", "Quando posso andare in pensione?"),
    ("de", "Wann kann ich in Rente gehen?"),
    ("ro", "mi-am pierdut locul de munca, ce ajutor pot primi"),
    ("pl", "straciłem pracę, czy dostanę zasiłek?"),
    ("tr", "işimi kaybettim, işsizlik parası alabilir miyim"),
    ("tr", "isimi kaybettim issizlik parasi alabilir miyim"),
    ("ar", "كيف يمكنني الحصول على إعانة البطالة؟"),
    ("uk", "Я втратив роботу, чи можу я отримати допомогу?"),
    ("ru", "Когда я могу выйти на пенсию?"),
    ("zh", "我什么时候可以退休？"),
]
# French of those who learn it, of texting, or of a few words that several languages share.
FRENCH = [
    "moi venir travailler France comment faire papier",
    "je veu savoir argent chomage moi pas compris",
    "moi travail finir patron pas payer, quoi faire",
    "bonjour svp moi réfugié chercher formation français",
    "jpeu avoir le chomage si jdemissionne",
    "solde de points",
    "mail support svp",
    "je cherche trabajo",
    "ok",
    "?????",
    "👍",
    "1234",
]
ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@pytest.mark.parametrize("code, text", FOREIGN)
async def test_a_usager_is_told_in_their_language_then_in_french(code: str, text: str) -> None:
    for action, intent in (
        ("action_repondre", "hors_sujet"),
        ("action_vouliez_vous_dire", "nlu_fallback"),
        ("action_hors_sujet", "nlu_fallback"),
    ):
        reply = await rasa().one(action, intent, text, ranking=(("are_conditions", 0.4),))
        theirs, french = reply["text"].splitlines()
        assert theirs == SPOKEN["langues"][code]["texte"]
        assert french == SPOKEN["francais"]
        assert (reply["sujet"], reply["failed"]) == ("hors_sujet", False)
        assert payloads(reply) == ["gate:handoff", "gate:callback"]
        button = SPOKEN["langues"][code]["bouton"]
        assert button in reply["buttons"][0]["title"]
        assert reply["foreign"] == [{"text": theirs, "lang": code}, {"text": button, "lang": code}]


@pytest.mark.parametrize("text", FRENCH)
async def test_poor_french_is_french(text: str) -> None:
    assert BASE.languages.written(text) is None
    reply = await rasa().one("action_repondre", "hors_sujet", text)
    assert "Je parle seulement français" not in reply["text"]


def test_fewer_than_one_example_in_a_thousand_is_taken_for_another_language() -> None:
    """All the sentences that the assistant learns, even those that it understands and never looks up."""
    said, taken = 0, []
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines() if block["intent"] not in _FOREIGN_TOPICS else ():
                text = ANNOTATION.sub(r"\1", line.strip()[2:])
                said += 1
                if BASE.languages.written(text):
                    taken.append(text)
    assert said > 10_000
    assert len(taken) < said / 1000, taken


# Their examples hold sentences in other languages, on purpose.
_FOREIGN_TOPICS = ("hors_sujet", "accessibilite")


async def test_a_question_about_languages_keeps_its_answer() -> None:
    reply = await rasa().one("action_repondre", "accessibilite", "do you speak english ?")
    assert reply["sujet"] == "accessibilite"
    assert reply["text"].startswith(SPOKEN["langues"]["en"]["texte"])
    assert "langage simple" in reply["text"]
    assert reply["foreign"] == [{"text": SPOKEN["langues"]["en"]["texte"], "lang": "en"}]


async def test_the_answer_to_a_question_understood_is_one_button_away() -> None:
    reply = await rasa().one("action_repondre", "retraite_age", "¿Cuándo puedo jubilarme?")
    assert reply["text"].splitlines()[0] == SPOKEN["langues"]["es"]["texte"]
    assert payloads(reply) == ["gate:handoff", "gate:callback", "/retraite_age"]


async def test_a_human_or_help_is_never_put_off() -> None:
    human = await rasa().one("action_repondre", "parler_conseiller", "I want to speak to a human being")
    assert human["handoff"]["reason"] == "demande"
    assert human["text"].startswith(SPOKEN["langues"]["en"]["texte"])
    help_ = await rasa().one("action_repondre", "detresse", "I want to kill myself tonight")
    assert help_["handoff"]["priority"] == "urgence"
    assert SPOKEN["langues"]["en"]["texte"] not in help_["text"]
    assert "foreign" not in help_


async def test_what_is_heard_on_the_phone_is_french() -> None:
    reply = await rasa().one("action_repondre", "hors_sujet", "I lost my job and my house", canal="phone")
    assert SPOKEN["francais"] not in reply["text"]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "langues.yml").write_text("langues: {en: {nom: anglais}}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"langues\.yml"):
        Languages.load(tmp_path / "langues.yml")
