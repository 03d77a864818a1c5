"""Opens an extract of official fiches: a zip or a folder of F*.xml (DILA), or the npm package of the labour
ministry's fiches (its .tgz, its folder or its JSON). Works without network; refuses what is neither."""

from __future__ import annotations

import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from connaissances.officiel.errors import UnreadableExtract, UnreadableFiche
from connaissances.officiel.fiches_travail import parse_record
from connaissances.officiel.model import OfficialFiche
from connaissances.officiel.vosdroits import parse_publication

NPM_PACKAGE = "@socialgouv/fiches-travail-data"
_JSON = "fiches-travail.json"
_GZIP = b"\x1f\x8b"
MAX_BYTES = 200_000_000  # one file of an extract: the largest published one is under 20 MB
_NOT_AN_EXTRACT = (
    "n'est pas un extrait connu. Donnez un zip ou un dossier de fiches F*.xml (Vos droits et démarches), "
    f"ou le paquet npm {NPM_PACKAGE} (.tgz, dossier ou {_JSON})"
)


@dataclass(frozen=True)
class Document:
    """One fiche of an extract, not read yet. `parse` may raise UnreadableFiche; None: nothing to keep."""

    name: str
    parse: Callable[[], OfficialFiche | None]


@contextmanager
def open_extract(path: Path) -> Iterator[list[Document]]:
    """Give the fiches of an extract, readable while it is open. Raises: UnreadableExtract."""
    with ExitStack() as opened:
        try:
            documents = _open(path, opened)
        except FileNotFoundError:
            raise UnreadableExtract(f"{path} n'existe pas") from None
        except (OSError, zipfile.BadZipFile, tarfile.TarError, ValueError, EOFError) as exc:
            raise UnreadableExtract(f"{path.name} est abîmé ou illisible ({exc}) ; reprenez-le") from None
        if not documents:
            raise UnreadableExtract(f"{path.name} {_NOT_AN_EXTRACT}")
        yield documents


def _open(path: Path, opened: ExitStack) -> list[Document]:
    if path.is_dir():
        packaged = next(path.rglob(_JSON), None)
        if packaged:
            return _records(packaged.read_bytes())
        return [_xml(p.name, p.read_bytes) for p in sorted(path.rglob("*.xml")) if _is_fiche(p.name)]
    with path.open("rb") as file:
        start = file.read(2)
    if zipfile.is_zipfile(path):
        return _zipped(opened.enter_context(zipfile.ZipFile(path)))
    if start == _GZIP:
        return _packed(path)
    return _records(path.read_bytes()) if path.suffix == ".json" else []


def _zipped(archive: zipfile.ZipFile) -> list[Document]:
    entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    return [
        _xml(Path(entry.filename).name, partial(archive.read, entry))
        for entry in entries
        if _is_fiche(Path(entry.filename).name) and entry.file_size <= MAX_BYTES
    ]


def _packed(path: Path) -> list[Document]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(f"/{_JSON}") and member.size <= MAX_BYTES:
                content = archive.extractfile(member)
                return _records(content.read()) if content else []
    return []


def _records(raw: bytes) -> list[Document]:
    records: Any = json.loads(raw)
    if not isinstance(records, list):
        return []
    return [Document(_name(record), partial(parse_record, record)) for record in records]


def _xml(name: str, read: Callable[[], bytes]) -> Document:
    def parse() -> OfficialFiche | None:
        try:
            raw = read()
        except (OSError, zipfile.BadZipFile, zlib.error) as exc:
            raise UnreadableFiche(f"fichier illisible ({exc})") from None
        return parse_publication(raw)

    return Document(Path(name).stem, parse)


def _name(record: Any) -> str:
    return str(record.get("pubId", "?")) if isinstance(record, dict) else "?"


def _is_fiche(name: str) -> bool:
    """Fiches are F*.xml; N* are tables of contents and R* are addresses or forms."""
    return name.startswith("F") and name.endswith(".xml") and name[1:-4].isdigit()
