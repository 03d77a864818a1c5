"""Writes the freshness report in French, for a page (Markdown) or a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from connaissances.freshness import Finding, Kind, Report

_WHEN = {
    Kind.NO_VALUE: "relecture prévue le",
    Kind.OVERDUE: "à relire depuis le",
    Kind.CHANGE: "à partir du",
    Kind.SOON: "à relire avant le",
    Kind.ONE_READER: "écrite le",
    Kind.OLD_SOURCE: "page du",
    Kind.OLD_EXTRACT: "page la plus récente du",
    Kind.OLD_PAGE: "page la plus ancienne du",
}


def as_markdown(report: Report) -> str:
    """The report as a Markdown page."""
    return _write(report, "# {}\n", "\n## {}\n", lambda f: f"- **{f.name}**, {_when(f)} : {f.detail}")


def as_text(report: Report) -> str:
    """The report for a terminal."""
    return _write(report, "{}", "\n{}", lambda f: f"  {f.name}, {_when(f)} : {f.detail}")


FORMATS: dict[str, Callable[[Report], str]] = {"md": as_markdown, "texte": as_text}


def _write(report: Report, title: str, heading: str, line: Callable[[Finding], str]) -> str:
    lines = [title.format(f"Fraîcheur au {_day(report.on)}"), *_summary(report)]
    for kind in Kind:
        if rows := report.of(kind):
            lines += [heading.format(f"{kind.value} ({len(rows)})"), *map(line, rows)]
    return "\n".join(lines)


def _summary(report: Report) -> list[str]:
    stale = sum(finding.kind.stale for finding in report.findings)
    late = f"{stale} à corriger sans attendre." if stale else "Rien n'est périmé."
    return [f"{late} « Bientôt » veut dire : dans les {report.days} jours."]


def _when(finding: Finding) -> str:
    return f"{_WHEN[finding.kind]} {_day(finding.day)}"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
