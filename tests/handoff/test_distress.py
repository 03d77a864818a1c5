"""Distress is heard on examples written by hand, look-alikes are not, and time follows the length."""

import time
from pathlib import Path

import pytest
import yaml

from handoff.distress import DistressDetector, Kind
from handoff.distress_ear import gather
from handoff.distress_phrases import BadPhrases, Phrases, first_letters

EXAMPLES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("detresse_exemples.yml").read_text(encoding="utf-8")
)
# Known to be missed: hints that say nothing outside their conversation.
OUT_OF_REACH = EXAMPLES.pop("hors_de_portee")["vraies"]
TRUE = [str(text) for part in EXAMPLES.values() for text in part["vraies"]]
ALIKE = [str(text) for part in EXAMPLES.values() for text in part["sosies"]]
MAX_FALSE_ALARMS = 0.02
MAX_LENGTH = 4_000


@pytest.fixture(scope="module")
def hears() -> DistressDetector:
    return DistressDetector.load()


def test_there_are_enough_different_examples() -> None:
    assert len(set(TRUE)) == len(TRUE) >= 200
    assert len(set(ALIKE)) == len(ALIKE) >= 250
    assert not set(TRUE) & set(ALIKE)
    assert len(OUT_OF_REACH) < len(TRUE) * MAX_FALSE_ALARMS


def test_every_true_distress_alarms(hears: DistressDetector) -> None:
    assert [text for text in TRUE if not hears(text)] == []


def test_look_alikes_hardly_ever_alarm(hears: DistressDetector) -> None:
    alarmed = [text for text in ALIKE if hears(text)]
    assert len(alarmed) <= MAX_FALSE_ALARMS * len(ALIKE), alarmed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("je veux mourir", Kind.SUICIDE),
        ("mon mari me frappe", Kind.VIOLENCE),
        ("mon mari me frappe et je veux mourir", Kind.SUICIDE),
        ("la nounou secoue les bébés", Kind.CHILD),
        ("je dors dehors ce soir", Kind.HOMELESS),
        ("mon collègue ne respire plus", Kind.MEDICAL),
        ("mon ex a publié des photos nues de moi", Kind.BULLYING),
        ("combien ai-je sur mon CPF ?", None),
    ],
)
def test_the_briefing_can_name_the_danger(hears: DistressDetector, text: str, kind: Kind | None) -> None:
    assert hears.kind_of(text) == kind


def test_what_alarms_has_a_kind_and_what_does_not_has_none(hears: DistressDetector) -> None:
    assert [text for text in TRUE + ALIKE if hears(text) != (hears.kind_of(text) is not None)] == []


@pytest.mark.parametrize("text", TRUE[:40])
def test_capitals_accents_and_punctuation_change_nothing(hears: DistressDetector, text: str) -> None:
    assert hears(text.upper())
    assert hears(f"... {text} !!!")


@pytest.mark.parametrize("text", ["je veux mourir", "mon mari me frappe", "jvai me pendre ce soir"])
def test_it_is_heard_in_the_middle_of_a_long_message(hears: DistressDetector, text: str) -> None:
    ordinary = "Je voudrais savoir combien il me reste sur mon compte formation. " * 25
    assert not hears(ordinary)
    assert hears(f"{ordinary}{text}. {ordinary}")


@pytest.mark.parametrize("text", ["", " ", "!!!", "🙂", "١٢٣", "\u0301"])
def test_a_text_without_a_word_does_not_alarm(hears: DistressDetector, text: str) -> None:
    assert not hears(text)
    assert hears.kind_of(text) is None


def test_a_figure_of_speech_does_not_hide_the_distress_beside_it(hears: DistressDetector) -> None:
    assert hears("ce site me tue et moi j'ai envie de mourir")
    assert hears("je suis morte de fatigue, mon mari me frappe toutes les nuits")


# Real distress worded nearly as a figure of speech of the file: each was once taken for one.
NEARLY_A_FIGURE = [
    "si ça recommence encore je me jette par la fenêtre",
    "si ça ferme je me suicide, j'ai que cette usine",
    "si ça bloque encore je me jette sous un train",
    "si ça marche pas je me jette du pont",
    "si ça rame encore je me jette par la fenêtre, je suis sérieux",
    "je vais me suicider si le site me coupe mon allocation",
    "je vais me pendre si votre formulaire me refuse encore le RSA",
    "le site me rend suicidaire, j'ai tout préparé",
    "j'ai dû démissionner en étant suicidaire",
    "démissionner en état suicidaire",
    "démissionner à 50 ans suicidaire et dépressif",
    "je suis suicidaire de reprendre le travail",
    "suicidaire de changer de traitement",
    "je me lance dans le vide je quitte ce monde",
    "je vais me supprimer le jour de mes 40 ans",
    "mon mari a voulu m'étrangler en voyant mes messages",
    "il essaie de m'étrangler en buvant",
    "mon mari me menace de me virer de la maison",
    "mon conjoint me menace de sanctions si je sors",
    "il me menace de me sanctionner avec sa ceinture",
    "mon patron me menace de me virer si je couche pas avec lui",
    "il touche un petit quelque chose sur ma fille",
    "mon employeur refuse de me laisser partir il a mon passeport",
    "mon employeur ne veut pas me laisser partir il a pris mes papiers",
    "mon chef ne veut plus me laisser partir il bloque la porte",
    "j'ai envie de crever au travail",
    "je voudrais crever au boulot comme ça ma femme aura l'assurance",
    "je vais me laisser crever au travail",
    "je suis en train de crever au chantier",
    "autant crever au travail, au moins ça finira",
    "je vais crever au travail ce soir",
    "je veux pleurer à en mourir",
    "si votre site plante je me tue avec mes enfants",
    "mon mot de passe me rend suicidaire et j'ai une corde",
    "mon patron me menace de me licencier avec un couteau",
    "mon chef refuse de me laisser partir, il a ma carte d'identité",
    "démissionner à 50 ans suicidaire, j'ai déjà fait une tentative",
    "mon mari dans la voiture est en train de mourir",
    "mon collègue à l'usine est en train de mourir",
    "le monsieur devant l'entreprise est en train de mourir",
]


@pytest.mark.parametrize("text", NEARLY_A_FIGURE)
def test_a_real_distress_is_not_taken_for_the_figure_it_resembles(hears: DistressDetector, text: str) -> None:
    assert hears(text)


# Real distress worded nearly as what was narrowed, or as the turns of « passe_et_rassure » and after.
NEARLY_NARROWED = [
    "Je veux me laisser partir, ne prévenez personne.",
    "laissez moi me laisser partir, j'en ai assez de vivre",
    "il veut pas me laisser partir, il garde mon passeport",
    "ils ne veulent pas me laisser partir, ils ont pris mes papiers",
    "il m'a poignardé dans le dos au travail, je saigne",
    "mon ex violent, j'ai refait ma vie, il m'a retrouvée",
    "Mon mari m'étrangle avec ses mains quand je refuse.",
    "il m'étrangle avec un foulard",
    "mon père m'étrangle de ses deux mains",
    "Je veux disparaître de cette terre.",
    "je veux disparaitre de la vie de mes enfants, ils seraient mieux",
    "j'ai envie de disparaître du monde",
    "Je vais me tirer une balle avec le fusil de mon père.",
    "je vais me pendre avec cette corde",
    "je vais me tirer une balle avec ce fusil",
    "Mon mari m'a poussée dehors en pleine nuit.",
    "il m'a poussée dehors après dix ans de mariage, je dors où ce soir",
    "je me jette dans le vide ce soir",
    "je me jette dans le vide, pour ouvrir les yeux à tout le monde",
    "J'ai quitté mon ex violent mais il m'a retrouvée.",
    "mon ex violent, je me croyais en sécurité, il est devant chez moi",
    "mon ex est violent, je ne suis pas en sécurité",
    "mon ex violent, je suis à l'abri mais il me cherche avec un couteau",
    "Mon fils parle d'un film et il dit qu'il se suicide ce soir.",
    "mon frère a fait une tentative il y a trois jours",
    "ma fille a fait une tentative en 2023 et elle recommence à en parler",
    "il m'a poignardé dans le dos, je saigne",
    "j'ai envie de crever au travail",
    "la nounou, c'est un bébé secoué, il ne bouge plus",
    "mon mari me bat toujours au lit",
    "mon mari me bat au retour du jeu",
    "ma fille subit du harcèlement au collège en ce moment",
    "si je meurs demain, qui aura mon argent ?",
    "je ne sers plus à rien ni à personne",
    "mon père a fait un AVC il y a dix minutes",
    "je vais crever au chantier et tant mieux",
    "le directeur m'a mise dehors du foyer",
    "j'ai dit adieu à mes enfants",
    "j'ai choisi la branche pour me pendre",
    "mes enfants n'ont rien mangé hier",
    "ma mère est morte, je veux la rejoindre",
    "il m'a mis la tête contre le carrelage",
    "l'an dernier j'ai quitté mon mari violent, je suis en sécurité mais il m'a retrouvée",
    "j'ai quitté mon conjoint violent, je suis en sécurité chez ma sœur mais j'ai peur qu'il revienne",
    "l'an dernier j'ai fui un ex violent, hier il m'attendait en bas",
    "j'ai dû fuir des violences en 2017 et il m'a retrouvée",
    "ma sœur doit fuir des violences ce soir",
    "je veux fuir ses violences, en 2017 déjà il me frappait",
    "un patient m'a frappée il y a deux mois et il recommence",
    "un client m'a frappée hier et il m'attend dehors",
    "un usager m'a giflée ce matin avec son poing",
    "je suis un enfant battu depuis 2019",
    "j'étais enfant battu et maintenant je frappe mes enfants",
    "il m'a poignardée dans le dos avec un couteau",
    "il m'a poignardée dans le dos hier soir",
    "mon mari m'a poignardée",
    "mon patron m'étrangle avec ses mains",
    "mon mari m'étrangle avec sa ceinture",
    "mon père nous étrangle quand il a bu",
    "depuis l'accident mon mari m'a secouée",
    "mon ex m'a secouée contre le mur",
    "la mère du petit l'a secoué, le bébé ne bouge plus",
    "mon mari va me tuer si je pars",
    "mon mec va me tuer si je prends un rendez-vous",
    "mon chef va me tuer si je parle",
    "il va me tuer si je pars trois semaines chez ma mère",
    "mon mari me tape sur la figure",
    "je me suis fait défoncer la tête par mon mec",
    "je me suis fait démonter par mon beau-père",
    "il me retient enfermée",
    "mon mari me retient de force chez lui",
    "je suis enfermée dans le garage, il a les clés",
    "je suis enfermée dans ma chambre par mon frère",
    "on m'a enfermée dans la cave",
    "mon bébé ne bouge plus",
    "mon père est tombé, il bouge plus",
    "ma collègue s'est effondrée, elle respire mal",
    "ma mère s'est effondrée dans la cuisine",
    "ma vie est une horreur, j'ai envie de me flinguer",
    "je m'ennuie à mourir et je veux en finir",
    "je veux mettre fin à mon calvaire",
    "vous pouvez pas mettre fin à mon calvaire, je vais le faire moi-même",
    "demain tout sera réglé, j'ai rendez-vous avec la mort",
    "demain tout sera réglé, plus de Paul",
    "j'ai tout préparé, la corde et la lettre",
    "je dors dans ma voiture",
    "je dors dans ma voiture, pas par plaisir",
    "je dors dans ma voiture de temps en temps, quand il me frappe",
    "plutôt me jeter par la fenêtre que d'y retourner",
    "plutôt me pendre que de rentrer chez lui",
    "je vais mettre fin à ma vie",
    "je veux mettre fin à ma vie de merde",
    "je veux mettre fin à ma vie de salarié en me tirant une balle",
    "qu'on en finisse, je saute",
    "je veux que ça s'arrête, ces coups",
    "je veux que ça s'arrête",
    "je veux que ça s'arrête, ces messages de haine",
    "je n'ai plus envie de rien faire",
    "je n'ai plus envie de rien",
    "c'est mon dernier message",
    "c'est mon dernier message pour aujourd'hui et pour toujours",
    "message d'adieu à ma famille",
    "je sais pas où aller ce soir",
    "je voulais m'inscrire mais je sais pas où aller ce soir avec mon bébé",
    "je ne suis pas à la rue mais je dors dehors",
    "ce boulot me donne envie de me foutre en l'air",
    "votre lettre me donne envie de me jeter sous un train",
    "mon chef me donne envie de me tuer",
    "chut, je parle pas, il est à côté",
    "mon patron m'a mise à la porte du logement, je dors où ce soir",
    "mon patron m'a mise dehors, je dors dans la rue",
    "mon chef m'a mise dehors, j'ai nulle part où dormir",
    "mon employeur me bat, je veux me battre mais j'ai plus la force",
    "un monsieur vient de mourir dans l'agence, que faire",
    "j'en peux plus je vais crever au boulot",
    "je vais crever au boulot, j'en peux plus",
    "je suis à bout, je vais crever au travail",
    "mon père a fait un AVC il peut plus parler",
    "mon mari fait un AVC",
    "mon père a fait un AVC, vite",
    "elle est dans le coma depuis dix minutes, appelez le samu",
    "on est à la rue là depuis ce midi",
    "il m'a dit si tu pars je te tue",
    "ils ont dit tue toi",
    "ils m'ont dit de me tuer",
    "on m'a écrit suicide toi sur insta",
    "j'ai repéré le pont",
    "j'ai choisi la poutre",
    "je dors dans le RER",
    "ce soir mes enfants ont pas mangé",
    "mon fils a avalé de la javel",
    "ma mère ne se réveille pas, j'arrive pas à la réveiller",
    "je pense que je vais sauter du 6em",
    "j'ai écrit une lettre à mes enfants",
    "mes cachets sont alignés sur la table",
    "il a un couteau, il m'a montré son couteau",
    "mon patron a pris mon passeport",
    "il m'a cassé deux côtes",
    "ma femme veut s'ouvrir les veines",
    "mon fils menace de s'ouvrir les veines",
    "mon mari veut mettre fin à ses jours",
    "je voudrais plus être",
    "je veux pas être là",
    "je voudrais pas être en vie",
    "je ne veux plus être de ce monde",
    "je veux pas vivre",
    "j'en peux plus je veux mourir",
    "une voix me dit fais-le",
    "les voix me disent fais-le maintenant",
    "il m'oblige à coucher avec lui",
    "mon patron m'oblige à le toucher",
    "mon chef m'oblige à lui faire des choses",
    "j'ai 12 ans et on me frappe",
    "j'ai 13 ans, j'ai peur de mon père",
    "l'huissier nous met dehors demain avec les enfants",
    "on est expulsés demain",
    "demain l'huissier vient changer la serrure",
    "j'ai plus d'endroit pour vivre",
    "j'ai nulle part où vivre",
]


@pytest.mark.parametrize("text", NEARLY_NARROWED)
def test_no_narrowing_silences_a_real_distress(hears: DistressDetector, text: str) -> None:
    assert hears(text)


@pytest.mark.parametrize(
    "text",
    [
        "mon chef refuse de me laisser partir, il a pas signé les papiers",
        "l'entreprise veut bien me laisser partir elle a les papiers de la rupture",
        "on va crever au boulot à ce rythme, à quel âge la retraite ?",
        "si le site bugue encore je me jette par la fenêtre",
        "mon patron me menace de licenciement, que faire ?",
        "la boîte va mourir, quels sont mes droits ?",
        "on s'ennuie à mourir à l'accueil, je veux changer de métier",
        "la banque m'étrangle avec ses frais, existe-t-il une aide ?",
        "je me suis fait démolir par le jury, puis-je repasser la VAE ?",
        "mon père a fait un AVC il y a un an, il est en rééducation, puis-je être son aidant ?",
        "je veux que ça s'arrête, ces mails de relance",
        "mon patron m'a mis à la porte hier, ai-je droit au chômage ?",
        "j'ai fait une tentative de connexion ce matin, sans succès",
        "j'ai écrit une lettre à ma caisse de retraite",
        "La mairie peut-elle me laisser partir en formation ?",
        "On m'a poignardé dans le dos au boulot, comment changer de service ?",
        "je veux disparaître de vos fichiers",
        "jvais me tirer une balle avc ce mot de passe mdr",
        "on m'a poussé dehors après vingt ans de boîte, quelles indemnités",
        "Je me jette dans le vide et je monte ma boîte.",
        "J'ai quitté un ex violent, tout va bien maintenant, suis-je indemnisable ?",
        "le site se suicide dès que je clique",
        "le PER de mon père, on le débloque comment",
        "mon mari me bat toujours au scrabble",
        "Je n'ai pas envie de mourir à la tâche, à quel âge la retraite ?",
        "j'ai connu le harcèlement au collège il y a vingt ans et j'en ai fait mon métier",
    ],
)
def test_a_figure_is_still_one(hears: DistressDetector, text: str) -> None:
    assert not hears(text)


def test_a_sentence_written_twice_counts_once_with_its_strongest_weight(hears: DistressDetector) -> None:
    examples = gather(hears.read)
    assert len({text for text, _, _ in examples}) == len(examples)
    weight = {text: weight for text, _, weight in examples}
    assert all(weight[hears.read(text)] > 1 for text in TRUE + ALIKE)


ADVERSARIAL = [
    "a",
    "j ai ",
    "je veux ",
    "m a ",
    "pas ",
    "de ",
    "me ",
    "me tuer au ",
    "mon fils ",
    "victime de ",
    "je vais de ",
]


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_time_follows_the_length_of_the_message(hears: DistressDetector, piece: str) -> None:
    def spent(length: int) -> float:
        text = (piece * length)[:length]
        return min(_timed(hears, text) for _ in range(5))

    # Four times the length: 4 when linear, 16 when quadratic; the rest is for a busy machine.
    assert spent(MAX_LENGTH) < 9 * spent(MAX_LENGTH // 4) + 0.002


def _timed(hears: DistressDetector, text: str) -> float:
    start = time.process_time()
    hears(text)
    return time.process_time() - start


def test_the_longest_message_costs_little_more_than_its_share(hears: DistressDetector) -> None:
    ordinary = "Bonjour, je voudrais partir à la retraite et savoir combien il me reste sur mon compte. " * 46
    assert not hears(ordinary[:MAX_LENGTH])
    short = min(_timed(hears, ordinary[: MAX_LENGTH // 8]) for _ in range(5))
    assert min(_timed(hears, ordinary[:MAX_LENGTH]) for _ in range(5)) < 16 * short + 0.002


@pytest.mark.parametrize("phrase", ["je .* mourir", "(?:je )+mourir", "je{2,} mourir", "<inconnue> mourir"])
def test_a_phrase_that_could_take_too_long_or_cites_no_list_is_refused(phrase: str) -> None:
    with pytest.raises(BadPhrases):
        Phrases.compile({"suicide": [phrase]}, {})


@pytest.mark.parametrize(
    ("expression", "letters"),
    [
        ("mourir", "m"),
        ("(?:je|tu) meurs", "jt"),
        ("(?:ne )?veux", "nv"),
        ("(?:pas ){0,2}(?:plus|envie)", "pe"),
        ("(?!que )[ab]c", "ab"),
        ("(?<!a )ma mort", "m"),
        ("a la rue|sdf", "as"),
    ],
)
def test_a_phrase_is_tried_on_every_word_it_can_begin_with(expression: str, letters: str) -> None:
    assert first_letters(expression) == frozenset(letters)
