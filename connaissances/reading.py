"""Reads a YAML file as plain JSON-like data: dates stay ISO strings, a key written twice is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from connaissances.errors import InvalidFile


class _Loader(yaml.SafeLoader):
    """SafeLoader without timestamps; YAML alone would keep the last of two equal keys in silence."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = sorted({str(key) for key in keys if keys.count(key) > 1})
    if twice:
        raise yaml.constructor.ConstructorError(
            None, None, f"clé en double : {', '.join(twice)}", node.start_mark
        )
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """Read one file. Raises: InvalidFile when it is missing, not UTF-8 or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as exc:
        raise InvalidFile(path.name, [f"fichier illisible ({exc.strerror})"]) from None
    except UnicodeDecodeError:
        raise InvalidFile(path.name, ["le fichier n'est pas en UTF-8"]) from None
    except yaml.YAMLError as exc:
        raise InvalidFile(path.name, [f"YAML illisible ({' '.join(str(exc).split())})"]) from None
