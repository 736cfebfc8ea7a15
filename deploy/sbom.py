"""Writes what is in an installation as CycloneDX 1.6: every package of ``requirements.lock``, hashed.

python deploy/sbom.py > dist/intake.cdx.json
"""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)((?:.*\n)(?:    .*\n)*)", re.M)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """One for each pinned package."""
    return [_component(*found) for found in _PINNED.findall(lock)]


def bill(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The whole file; the same for the same lock."""
    parts = components(lock)
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, own + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "purl": own,
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _component(name: str, version: str, rest: str) -> dict[str, Any]:
    reference = f"pkg:pypi/{name}@{version}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "purl": reference,
        "externalReferences": [
            {
                "type": "distribution",
                "url": reference,
                "hashes": [{"alg": "SHA-256", "content": each} for each in _HASH.findall(rest)],
            }
        ],
    }
    if license_ := _license(name):
        found["licenses"] = [{"license": {"name": license_}}]
    return found


def _license(name: str) -> str:
    """As the installed package says of itself."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    by_class = [c for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    last = by_class[-1].rpartition(" :: ")[2] if by_class else (told["License"] or "")
    text: str = told["License-Expression"] or last
    return text.splitlines()[0][:100] if text.strip() else ""


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    print(json.dumps(bill(lock, project), indent=1, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
