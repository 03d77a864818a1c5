"""The canned answers of the peer: enough to draw every kind of message. They explain no real right."""

from typing import Any

Json = dict[str, Any]

SOURCE = {
    "title": "Compte personnel de formation (fiche du ministère du Travail)",
    "url": "https://travail-emploi.gouv.fr/le-compte-personnel-de-formation-cpf",
    "date": "2026-03-03",
}
PROFILS = {"salarie": "Salarié du privé", "agent_public": "Agent public", "independant": "Indépendant"}
HUMAN = {"title": "Parler à un conseiller", "payload": "gate:handoff"}

GREETING = (
    "Bonjour. Je suis un assistant automatique : je réponds à vos questions sur la formation, le chômage, "
    "la pénibilité et la retraite.\n"
    "Vos messages sont gardés pour vous répondre, et vous pouvez les effacer à tout moment. "
    "N'écrivez pas votre numéro de sécurité sociale.\n"
    "Vous préférez parler à une personne ? Demandez un conseiller."
)

SIMULATION: Json = {
    "type": "retraite_age",
    "inputs": {"date_naissance": "1966-05-12", "trimestres_valides": 158},
    "results": {
        "age_legal": {"annees": 63, "mois": 3},
        "date_possible": "2029-09-01",
        "trimestres_requis": 172,
        "trimestres_manquants": 14,
        "age_taux_plein_automatique": {"annees": 67, "mois": 0},
    },
    "assumptions": ["Vous travaillez jusqu'à votre départ.", "Aucune période à l'étranger."],
    "sources": [
        {
            "title": "Code de la sécurité sociale, article L. 161-17-2",
            "url": "https://www.legifrance.gouv.fr/",
        }
    ],
    "computed_at": "2026-11-23T09:30:00+01:00",
    "rules_date": "2026-09-01",
}
CPF_SIMULATION: Json = {
    "type": "cpf",
    "inputs": {"profil": "salarie", "solde": 1840, "annees": 3},
    "results": {
        "unite": "euros",
        "credit_annuel": 500,
        "plafond": 5000,
        "solde_par_annee": [
            {"annee": 2027, "solde": 2340},
            {"annee": 2028, "solde": 2840},
            {"annee": 2029, "solde": 3340},
        ],
    },
    "assumptions": ["Vous travaillez à temps plein toute l'année."],
    "sources": [],
    "computed_at": "2026-11-23T09:30:00+01:00",
    "rules_date": "2026-11-23",
}


SPANISH: Json = {
    "text": "Solo hablo francés.\nJe parle seulement français.",
    "sujet": "hors_sujet",
    "buttons": [{**HUMAN, "title": "Parler à un conseiller – Hablar con una persona"}],
    "foreign": [
        {"text": "Solo hablo francés.", "lang": "es"},
        {"text": "Hablar con una persona", "lang": "es"},
    ],
}


def _definition(profil: str | None) -> Json:
    if profil == "agent_public":
        text = "Votre compte formation est compté en heures. Vous demandez l'accord de votre administration."
        return {"text": text, "sujet": "cpf_definition", "profil": profil, "sources": [SOURCE]}
    text = (
        "Le compte personnel de formation est une réserve pour vous former pendant toute votre vie "
        "professionnelle. Il suit la personne, même quand elle change d'emploi.\n"
        "1. Ouvrez Mon compte formation.\n2. Cherchez une formation.\n3. Inscrivez-vous.\n"
        "Ouvrir Mon compte formation (Caisse des Dépôts) : https://www.moncompteformation.gouv.fr/"
    )
    buttons = [
        {"title": title, "payload": f"b-profil-{name}", "sujet": "cpf_definition"}
        for name, title in PROFILS.items()
    ]
    return {
        "text": text + ("" if profil else "\nPour être plus précis : quelle est votre situation ?"),
        "sujet": "cpf_definition",
        "profil": profil,
        "sources": [SOURCE],
        "buttons": [] if profil else buttons,
    }


def _unclear() -> Json:
    buttons = [
        {"title": "Comprendre le compte formation", "payload": "b-sujet-cpf", "sujet": "cpf_definition"},
        {"title": "Mon âge de départ à la retraite", "payload": "b-sujet-retraite", "sujet": "retraite_age"},
        {"title": "Mon solde CPF", "payload": "b-sujet-solde", "sujet": "cpf_solde"},
    ]
    text = "Je ne suis pas sûr d'avoir compris. Vouliez-vous parler de l'un de ces sujets ?"
    return {"text": text, "sujet": None, "buttons": buttons}


def answers(text: str, profil: str | None, person: str | None) -> list[Json]:
    """What the peer's assistant says to a text or to a button's title."""
    said = text.lower()
    if "hablo" in said:
        return [SPANISH]
    if "retraite" in said:
        text = "Vous pourrez partir à partir de 63 ans et 3 mois, selon ce que vous m'avez dit."
        return [
            {
                "text": text,
                "sujet": "retraite_age",
                "simulation": SIMULATION,
                "sources": [SOURCE],
                "buttons": [HUMAN],
            }
        ]
    if "combien" in said or "solde" in said:
        if person is None:
            button = {"title": "Consulter mes droits", "payload": "gate:identity", "sujet": "cpf_solde"}
            return [
                {"text": "Pour lire votre solde, connectez-vous.", "sujet": "cpf_solde", "buttons": [button]}
            ]
        text = (
            "Votre compte formation contient 1 840 €, relevé au 20 novembre 2026. Cette personne est fictive."
        )
        return [{"text": text, "sujet": "cpf_solde", "simulation": CPF_SIMULATION, "sources": [SOURCE]}]
    if "cpf" in said or "formation" in said or said in {title.lower() for title in PROFILS.values()}:
        return [_definition(profil)]
    return [_unclear()]


DISTRESS = (
    "Vous comptez, et on peut vous aider tout de suite.\n"
    "- 3114 : prévention du suicide, jour et nuit, gratuit.\n"
    "- 15 : urgence médicale.\n- 114 : urgence par SMS, pour les personnes sourdes."
)
