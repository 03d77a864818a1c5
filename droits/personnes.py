"""The fictional persons of the demonstration: read from YAML, checked, and answered account by account.
Refuses real-looking identifiers: a person has no NIR, e-mail or telephone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from droits.errors import CompteUnavailable, InvalidPersonneFile, UnknownPersonne
from droits.model import COMPTES, Attribut, Comptes, Droits, Identite, NomCompte, Profil, unavailable

DEFAULT_DIR = Path(__file__).parent / "personnes"


class Personne(BaseModel):
    """A fictional person. Each account says how many days ago it was updated, or that it is broken down."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)+$")]
    nom: str
    date_naissance: date
    profil: Profil
    attributs: list[Attribut] = []
    resume: Annotated[str, Field(max_length=160)]
    comptes: dict[NomCompte, dict[str, Any]]

    @field_validator("comptes")
    @classmethod
    def _dated(cls, comptes: dict[NomCompte, dict[str, Any]]) -> dict[NomCompte, dict[str, Any]]:
        for name, compte in comptes.items():
            if not isinstance(compte.get("maj_il_y_a_jours"), int) and compte != {"panne": True}:
                raise ValueError(
                    f"{name} : « maj_il_y_a_jours » est un nombre de jours, ou « panne: true » seul"
                )
        return comptes

    def compte(self, name: NomCompte, now: datetime) -> dict[str, Any] | None:
        """One account as plain data, None when absent. Raises: CompteUnavailable."""
        stored = self.comptes.get(name)
        if stored is None:
            return None
        if stored.get("panne"):
            raise CompteUnavailable(f"compte {name} en panne")
        data = {key: value for key, value in stored.items() if key != "maj_il_y_a_jours"}
        return {**data, "maj": now - timedelta(days=stored["maj_il_y_a_jours"])}

    def droits(self, now: datetime) -> Droits:
        """All rights at a moment; an account that cannot be read does not hide the others."""
        comptes: dict[str, object] = {}
        for name in COMPTES:
            try:
                comptes[name] = self.compte(name, now)
            except CompteUnavailable:
                comptes[name] = unavailable(name)
        return Droits(
            personne=Identite(id=self.id, nom=self.nom, date_naissance=self.date_naissance, fictive=True),
            profil=self.profil,
            attributs=self.attributs,
            comptes=Comptes.model_validate(comptes),
            maj=now,
        )

    @property
    def public(self) -> dict[str, Any]:
        """What the list of demonstration persons shows: `{id, name, profil, attributs, summary}`."""
        return {
            "id": self.id,
            "name": self.nom,
            "profil": self.profil,
            "attributs": list(self.attributs),
            "summary": self.resume,
        }


def load(directory: Path = DEFAULT_DIR) -> Mapping[str, Personne]:
    """Read every person of a folder, by identifier. Raises: InvalidPersonneFile."""
    return _load(Path(directory))


def get(personnes: Mapping[str, Personne], identifier: str) -> Personne:
    """One person. Raises: UnknownPersonne."""
    try:
        return personnes[identifier]
    except KeyError:
        raise UnknownPersonne("aucune personne fictive n'a cet identifiant") from None


@cache
def _load(directory: Path) -> Mapping[str, Personne]:
    found: dict[str, Personne] = {}
    for path in sorted(directory.glob("*.yml")):
        try:
            person = Personne.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, ValidationError) as exc:
            raise InvalidPersonneFile(f"{path.name} : {exc}") from None
        if person.id != path.stem:
            raise InvalidPersonneFile(f"{path.name} : l'identifiant est le nom du fichier")
        _check_accounts(person, path.name)
        found[person.id] = person
    if not found:
        raise InvalidPersonneFile(f"aucune personne dans {directory.name}")
    return found


def _check_accounts(person: Personne, filename: str) -> None:
    at = datetime.fromisoformat("2026-11-23T12:00:00+01:00")  # any moment: only the shape is checked
    declared_down = {name for name, compte in person.comptes.items() if compte.get("panne")}
    broken = set(person.droits(at).comptes.in_error) - declared_down
    if broken:
        raise InvalidPersonneFile(f"{filename} : compte non conforme : {', '.join(sorted(broken))}")
