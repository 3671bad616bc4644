"""What a report can be printed as."""

from __future__ import annotations

import json

from ..results.model import Report
from .text import Paint, report_text

FORMATS = ("text", "json", "junit", "sarif", "github")


def rendered(report: Report, format: str, paint: Paint, folder: str = "") -> str:
    """Return a report in one of the formats; `folder` is the top of a repository."""
    match format:
        case "json":
            return json.dumps(report.to_json(), indent=1, allow_nan=False) + "\n"
        case "junit":
            from .junit import junit

            return junit(report)
        case "sarif":
            from .sarif import sarif

            return sarif(report)
        case "github":
            from .github import github

            return github(report, folder)
    return report_text(report, paint)
