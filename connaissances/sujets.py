"""The list of topics (sujets.yml) and those answered today (perimetre.yml). Refuses unknown identifiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connaissances.errors import InvalidFile
from connaissances.reading import read_yaml


@dataclass(frozen=True)
class Sujet:
    """One need of the usagers. `titre` is the answer's title, or the need while no answer is written."""

    id: str
    titre: str
    theme: str
    besoin: str
    profils: tuple[str, ...] = ()
    attributs: tuple[str, ...] = ()
    donnees: str | None = None
    simulation: str | None = None
    irreversible: bool = False


@dataclass(frozen=True)
class Referentiel:
    """What sujets.yml says: every topic, and the closed lists of profils and attributs."""

    profils: tuple[str, ...]
    attributs: tuple[str, ...]
    themes: dict[str, str]
    sujets: dict[str, Sujet]


def load_referentiel(root: Path) -> Referentiel:
    """Read `root/sujets.yml`. Raises: InvalidFile."""
    data = read_yaml(root / "sujets.yml")
    sujets: dict[str, Sujet] = {}
    for theme, block in data["themes"].items():
        for row in block["sujets"]:
            if row["id"] in sujets:
                raise InvalidFile("sujets.yml", [f"sujet en double : {row['id']}"])
            sujets[row["id"]] = Sujet(
                id=row["id"],
                titre=row["besoin"],
                theme=theme,
                besoin=row["besoin"],
                profils=tuple(row.get("profils", ())),
                attributs=tuple(row.get("attributs", ())),
                donnees=row.get("donnees"),
                simulation=row.get("simulation"),
            )
    themes = {theme: block["titre"] for theme, block in data["themes"].items()}
    return Referentiel(tuple(data["profils"]), tuple(data["attributs"]), themes, sujets)


def load_perimetre(root: Path, sujets: Iterable[Sujet]) -> frozenset[str]:
    """The identifiers that must have an answer. Raises: InvalidFile for an unknown theme or topic."""
    data = read_yaml(root / "perimetre.yml")
    known = list(sujets)
    themes, listed = set(data.get("themes", [])), set(data.get("sujets", []))
    unknown = sorted((themes - {s.theme for s in known}) | (listed - {s.id for s in known}))
    if unknown:
        raise InvalidFile("perimetre.yml", [f"inconnu de sujets.yml : {', '.join(unknown)}"])
    return frozenset(s.id for s in known if s.theme in themes or s.id in listed)
