"""Yearly credit, ceiling and balance of the training account (CPF), in euros or in hours for public agents.
Refuses to guess: people who are not credited get no credit, and every choice is said in the assumptions."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from simulateur.errors import FieldError
from simulateur.inputs import Amount, Attribut, Profil, SimulationInputs
from simulateur.parametres import format_value
from simulateur.result import Notes, Results

CENT = Decimal("0.01")
UNIT = Decimal("1")
MAX_YEARS = 50

# Credit of a year and ceiling, as references of dated parameters.
References = tuple[str, str]
EMPLOYEE: References = ("cpf.credit_annuel", "cpf.plafond")
EMPLOYEE_BY_ATTRIBUT: dict[str, References] = {  # the surest source first: all three give the same amounts
    "esat": ("cpf.credit_annuel_esat", "cpf.plafond_esat"),
    "peu_qualifie": ("cpf.credit_annuel_peu_qualifie", "cpf.plafond_peu_qualifie"),
    "handicap": ("cpf.credit_annuel_handicap", "cpf.plafond_handicap"),
}
SELF_EMPLOYED: References = ("cpf.credit_annuel_independant", "cpf.plafond_independant")
PUBLIC: References = ("cpf.heures_public", "cpf.plafond_heures_public")
PUBLIC_CATEGORY_C: References = ("cpf.heures_public_categorie_c", "cpf.plafond_heures_public_categorie_c")


class CpfInputs(SimulationInputs):
    """Who the person is, what the account holds, for how many years."""

    profil: Profil = Field(description=f"un profil parmi {', '.join(get_args(Profil))}")
    attributs: list[Attribut] = Field(
        default=[],
        description=f"une liste d'attributs parmi {', '.join(get_args(Attribut))}",
    )
    solde: Amount = Field(
        description="le solde actuel, positif ou nul, en euros au centime (en heures pour un agent public)"
    )
    annees: Annotated[int, Field(strict=True, ge=1, le=MAX_YEARS)] = Field(
        description=f"un nombre entier d'années à calculer, de 1 à {MAX_YEARS}"
    )
    quotite: Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)] | None = Field(
        default=None,
        description="la part du temps complet, plus grande que 0 et au plus 1 (par exemple 0.8)",
    )
    categorie: Literal["A", "B", "C"] | None = Field(
        default=None, description="la catégorie de l'agent public : A, B ou C"
    )
    temps_non_complet: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="true si l'emploi public est lui-même à temps non complet, false sinon",
    )

    def problems(self, on: datetime.date) -> list[FieldError]:
        """An incomplete public post needs its share of full time."""
        if self.profil == "agent_public" and self.temps_non_complet and self.quotite is None:
            return [
                FieldError(
                    "quotite", "la part du temps complet, obligatoire pour un emploi à temps non complet"
                )
            ]
        return []


class YearBalance(BaseModel):
    """Balance after the credit made in that year."""

    model_config = ConfigDict(extra="forbid")
    annee: int
    solde: float


class CpfResults(Results):
    """Credit of a year, ceiling, and the balance year after year."""

    unite: Literal["euros", "heures"]
    credit_annuel: float
    plafond: float
    solde_par_annee: list[YearBalance]


@dataclass(frozen=True)
class Rights:
    """What a person's account receives in a year and can hold."""

    unit: Literal["euros", "heures"]
    credit: Decimal
    ceiling: Decimal


def compute(inputs: CpfInputs, notes: Notes) -> CpfResults:
    """Yearly credit and balances; the first row is the year after the date, when this year's credit is made.

    Source: C. trav. L6323-11, L6323-11-1, L6323-27, L6323-34; décret n° 2017-928 art. 3.
    """
    rights = _rights(inputs, notes)
    balance, rows = Decimal(str(inputs.solde)), []
    for year in range(notes.on.year + 1, notes.on.year + 1 + inputs.annees):
        balance = _credited(balance, rights)
        rows.append(YearBalance(annee=year, solde=float(balance)))
    _common_assumptions(inputs, rights, notes)
    return CpfResults(
        unite=rights.unit,
        credit_annuel=float(rights.credit),
        plafond=float(rights.ceiling),
        solde_par_annee=rows,
    )


def _credited(balance: Decimal, rights: Rights) -> Decimal:
    if balance >= rights.ceiling:
        return balance  # kept, but no longer fed
    return min(rights.ceiling, balance + rights.credit)


def _rights(inputs: CpfInputs, notes: Notes) -> Rights:
    match inputs.profil:
        case "agent_public":
            return _public(inputs, notes)
        case "independant":
            return _self_employed(inputs, notes)
        case "demandeur_emploi":
            return _not_credited(
                inputs,
                notes,
                "Le compte n'est pas crédité pendant une période sans emploi, mais le solde reste acquis. "
                "Les mois travaillés dans l'année, eux, donnent des droits : ils ne sont pas comptés ici.",
            )
        case "retraite":
            return _not_credited(
                inputs,
                notes,
                "Retraite à taux plein supposée : le compte n'est plus crédité ni utilisable, sauf les "
                "droits du compte d'engagement citoyen. Une reprise d'activité après une retraite avec "
                "décote peut encore le créditer.",
            )
        case _:
            return _employee(inputs, notes)


def _public(inputs: CpfInputs, notes: Notes) -> Rights:
    low = "peu_qualifie" in inputs.attributs
    raised = low and inputs.categorie == "C"
    credit, ceiling = _amounts(PUBLIC_CATEGORY_C if raised else PUBLIC, notes)
    if low and inputs.categorie is None:
        notes.assume(
            "La catégorie n'est pas précisée : le crédit majoré des agents de catégorie C n'est pas appliqué."
        )
    if raised and "contractuel_public" in inputs.attributs:
        notes.assume(
            "Le décret vise les fonctionnaires de catégorie C : contractuel, vérifiez auprès de vos "
            "ressources humaines."
        )
    if "handicap" in inputs.attributs:
        notes.assume(
            "Le crédit majoré des salariés handicapés du privé ne s'applique pas aux agents publics."
        )
    if inputs.temps_non_complet:
        share = Decimal(str(inputs.quotite))
        credit = (credit * share).quantize(UNIT, ROUND_CEILING)
        notes.assume("Emploi à temps non complet : crédit en proportion, arrondi à l'heure supérieure.")
    elif (inputs.quotite or 1) < 1 or "temps_partiel" in inputs.attributs:
        notes.assume("Temps partiel d'un agent public : compté comme un temps plein.")
    notes.assume(
        f"Une heure d'agent public se convertit en {format_value(notes.value('cpf.conversion_heure_euro'))} "
        "en cas de passage dans le privé."
    )
    return Rights("heures", credit, ceiling)


def _self_employed(inputs: CpfInputs, notes: Notes) -> Rights:
    credit, ceiling = _amounts(SELF_EMPLOYED, notes)
    notes.assume("Activité exercée toute l'année et contribution à la formation professionnelle payée.")
    if {"peu_qualifie", "handicap"} & set(inputs.attributs):
        notes.assume("Le crédit majoré concerne les salariés : il n'est pas appliqué à un indépendant.")
    return Rights("euros", credit, ceiling)


def _not_credited(inputs: CpfInputs, notes: Notes, why: str) -> Rights:
    notes.assume(why)
    _, ceiling = _amounts(_employee_refs(inputs)[1], notes)
    return Rights("euros", Decimal(0), ceiling)


def _employee(inputs: CpfInputs, notes: Notes) -> Rights:
    kind, refs = _employee_refs(inputs)
    credit, ceiling = _amounts(refs, notes)
    if kind == "esat":
        notes.assume("Personne accueillie en Ésat : crédit entier, à temps plein comme à temps partiel.")
    else:
        credit = _share(inputs, credit, notes)
    if kind == "handicap":
        notes.assume(
            "À vérifier sur Mon Compte Formation : le crédit plus élevé pour handicap suppose une "
            "reconnaissance déclarée à l'employeur ou sur le site."
        )
    if inputs.profil == "jeune":
        notes.assume(
            "Calcul fait pour un jeune salarié ou apprenti du privé ; sans emploi, rien n'est crédité."
        )
    if inputs.profil == "employeur":
        notes.assume("Calcul fait pour un salarié du secteur privé.")
    if "saisonnier" in inputs.attributs:
        notes.assume(
            "Un accord ou une décision de l'employeur peut prévoir des droits majorés pour les saisonniers."
        )
    return Rights("euros", credit, ceiling)


def _employee_refs(inputs: CpfInputs) -> tuple[str, References]:
    for attribut, refs in EMPLOYEE_BY_ATTRIBUT.items():
        if attribut in inputs.attributs:
            return attribut, refs
    return "", EMPLOYEE


def _amounts(refs: References, notes: Notes) -> tuple[Decimal, Decimal]:
    credit, ceiling = (Decimal(str(notes.value(ref).number)) for ref in refs)
    return credit, ceiling


def _share(inputs: CpfInputs, credit: Decimal, notes: Notes) -> Decimal:
    threshold = notes.value("cpf.quotite_temps_partiel")
    if inputs.quotite is None:
        if "temps_partiel" in inputs.attributs:
            notes.assume(f"Temps partiel supposé d'au moins {format_value(threshold)} du temps complet.")
        return credit
    share = Decimal(str(inputs.quotite))
    if share >= Decimal(str(threshold.number)):
        return credit
    notes.assume(
        f"Moins de {format_value(threshold)} du temps complet : crédit en proportion, au centime supérieur."
    )
    if "handicap" in inputs.attributs:
        notes.assume("Calcul prudent : le supplément pour handicap pourrait ne pas être réduit, à vérifier.")
    return (credit * share).quantize(CENT, ROUND_CEILING)


def _common_assumptions(inputs: CpfInputs, rights: Rights, notes: Notes) -> None:
    if rights.credit:
        notes.assume(
            "Situation inchangée chaque année ; le crédit d'une année est inscrit au début de la suivante."
        )
    notes.assume("Calcul sans formation payée ni complément reçu (abondement) pendant ces années.")
    if Decimal(str(inputs.solde)) >= rights.ceiling:
        notes.assume(
            "Le solde atteint ou dépasse déjà le plafond : il est conservé, mais n'est plus crédité."
        )
    age = format_value(notes.value("cpf.age_fin_alimentation"))
    notes.assume(f"Le compte n'est plus crédité à partir de {age} ou de la retraite à taux plein.")
