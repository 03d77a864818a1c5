"""Small extracts in the published formats, written for the tests: nothing of them is a real page."""

from __future__ import annotations

import json
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from connaissances.officiel.extract import open_extract
from connaissances.officiel.importing import ImportReport, import_extract

NUMISMATE = """
<ListeSituations affichage="onglet">
  <Situation><Titre>Vous êtes fonctionnaire</Titre><Texte>
    <Chapitre><Titre><Paragraphe>Démarche</Paragraphe></Titre>
      <Paragraphe>Prévenez le <MiseEnEvidence>service du personnel</MiseEnEvidence>.</Paragraphe></Chapitre>
  </Texte></Situation>
  <Situation><Titre>Vous êtes salarié</Titre><Texte>
    <Chapitre><Titre><Paragraphe>Démarche</Paragraphe></Titre>
      <Paragraphe>Prévenez votre <LienInterne LienPublication="F2">employeur</LienInterne> :</Paragraphe>
      <Liste type="puce"><Item><Paragraphe>par lettre ;</Paragraphe></Item>
        <Item><Paragraphe>ou par courriel.</Paragraphe></Item></Liste>
      <Tableau><Rangée><Cellule><Paragraphe>12</Paragraphe></Cellule></Rangée></Tableau>
      <OuSAdresser><Titre>Mairie</Titre></OuSAdresser></Chapitre>
  </Texte></Situation>
</ListeSituations>"""


def publication(
    identifier: str = "F1",
    title: str = "Congé du numismate",
    body: str = NUMISMATE,
    intro: str = "Le congé du numismate permet de trier ses pièces de monnaie.",
    modified: str = "modified 2026-03-10",
    audiences: tuple[str, ...] = ("Particuliers",),
    url: str | None = None,
) -> bytes:
    """One file F*.xml of Vos droits et démarches."""
    address = (
        f"https://www.service-public.gouv.fr/particuliers/vosdroits/{identifier}" if url is None else url
    )
    publics = "".join(f"<Audience>{name}</Audience>" for name in audiences)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Publication xmlns:dc="http://purl.org/dc/elements/1.1/" ID="{identifier}" spUrl="{address}"'
        ' type="Fiche d\'information">'
        f"<dc:title>{title}</dc:title><dc:date>{modified}</dc:date>{publics}"
        f"<Introduction><Texte><Paragraphe>{intro}</Paragraphe></Texte></Introduction>{body}"
        '<OuSAdresser ID="R1"><Titre>Préfecture</Titre></OuSAdresser></Publication>'
    ).encode()


def record(identifier: str = "article1", title: str = "Le congé du philatéliste", **changes: Any) -> Any:
    """One record of fiches-travail.json."""
    return {
        "pubId": identifier,
        "title": title,
        "url": f"https://travail-emploi.gouv.fr/{identifier}",
        "date": "10/03/2026",
        "description": "",
        "intro": "<p>Le congé du philatéliste permet de <strong>classer</strong> ses timbres.</p>",
        "sections": [
            {
                "title": "Qui peut en bénéficier ?",
                "html": "<p>Y ont droit :</p><ul><li>les salariés ;</li><li>les apprentis.</li></ul>"
                "<table><tr><td>12</td></tr></table><div><h3>À savoir !</h3><p>Un album suffit.</p></div>",
            },
            {"title": "À lire sur ce site", "html": "<ul><li>Le congé du collectionneur</li></ul>"},
        ],
        **changes,
    }


def zipped(path: Path, *files: tuple[str, bytes]) -> Path:
    """A zip of the DILA."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def packed(path: Path, records: Any) -> Path:
    """A package as `npm pack` writes it."""
    content = json.dumps(records).encode()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/data/fiches-travail.json")
        member.size = len(content)
        archive.addfile(member, BytesIO(content))
    return path


def imported(database: Path, extract: Path, **options: Any) -> ImportReport:
    """Import an extract as the command does."""
    with open_extract(extract) as documents:
        return import_extract(database, documents, **options)[0]
