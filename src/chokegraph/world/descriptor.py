# SPDX-License-Identifier: Apache-2.0
"""The descriptor of a data package (`datapackage.json`, Frictionless v2): write it and check it.

The tables are described so that other tools can read them; hashes say that nothing has changed
since the package was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.world.reading import RawTable, did_you_mean, parse_raw, read_bytes
from chokegraph.world.schema import TABLES, Column, TableSpec
from chokegraph.world.tables import parse_number

NAME = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/"
_TYPES = {"number": "number", "integer": "integer", "flag": "integer", "date": "date"}
_REQUIRED = ("name", "version", "licenses", "sources", "resources")


def describe(
    folder: Path,
    *,
    name: str,
    title: str,
    version: str,
    licences: Sequence[Mapping[str, str]],
    sources: Sequence[Mapping[str, str]],
    more: Sequence[TableSpec] = (),
) -> dict[str, Any]:
    """Return the descriptor of the tables in a folder.

    Args:
        folder: The folder with the CSV files of `TABLES`.
        name: The package's name, in small letters and hyphens.
        title: One line for people.
        version: The data's version.
        licences: Frictionless `licenses`: name, path, title.
        sources: Frictionless `sources`: title, path.
        more: Tables beside those of `TABLES`.
    """
    return {
        "$schema": _PROFILE + "datapackage.json",
        "name": name,
        "title": title,
        "version": version,
        "licenses": [dict(one) for one in licences],
        "sources": [dict(one) for one in sources],
        "resources": [
            _resource(folder / f"{spec.name}.csv", spec)
            for spec in (*TABLES.values(), *more)
            if (folder / f"{spec.name}.csv").is_file()
        ],
    }


def refresh(folder: Path) -> list[str]:
    """Bring `datapackage.json` up to date with the CSV files beside it.

    Name, title, version, licences and sources stay as they are; each CSV file is described anew. A
    table that is not one of `TABLES` is described by its header and by what its cells look like.

    Args:
        folder: The package; it has a descriptor already.

    Returns:
        The names of the tables whose description has changed.

    Raises:
        FindingsError: If the descriptor cannot be read, or a file is no table.

    Example:
        >>> try:
        ...     refresh(Path("no-such-folder"))
        ... except FindingsError as error:
        ...     print(error.findings[0].message)
        the file does not exist
    """
    document, findings = _read(folder)
    before = {one.get("name"): one for one in document.get("resources") or () if one}
    resources = []
    extra = sorted(path.stem for path in folder.glob("*.csv") if path.stem not in TABLES)
    for name in (*TABLES, *extra):
        path = folder / f"{name}.csv"
        data, found = read_bytes(path)
        raw = None
        if data is not None:
            raw, found = parse_raw(
                data, TABLES[name].header if name in TABLES else (), file=str(path)
            )
        findings += found
        if raw is not None:
            spec = TABLES[name] if name in TABLES else _guess(raw, before.get(name, {}))
            resources.append(_resource(path, spec, raw.columns))
    if errors_only(findings):
        raise FindingsError(findings, title="describe")
    document["resources"] = resources
    draft = folder / f".{NAME}.draft"
    draft.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(folder / NAME)
    return [one["name"] for one in resources if one != before.get(one["name"])]


def _guess(raw: RawTable, before: Mapping[str, Any]) -> TableSpec:
    """Describe a table that we do not know: a column of numbers is one, the rest is text."""
    columns = []
    for name in raw.columns:
        cells = [cell.strip() for cell in raw.column(name) if cell.strip()]
        numeric = bool(cells) and all(parse_number(cell) is not None for cell in cells)
        columns.append(Column(name, "number" if numeric else "text"))
    title = str(before.get("title") or Path(raw.file).stem)
    return TableSpec(Path(raw.file).stem, title, tuple(columns), ())


def _resource(path: Path, spec: TableSpec, header: Sequence[str] = ()) -> dict[str, Any]:
    data = path.read_bytes()
    known = [spec.by_name.get(name) or Column(name) for name in header or spec.header]
    schema: dict[str, Any] = {
        "$schema": _PROFILE + "tableschema.json",
        "fields": [_field(column) for column in known],
        "missingValues": [""],
    }
    if spec.key:
        schema["primaryKey"] = list(spec.key)
    links = [
        {
            "fields": [column.name],
            "reference": {"resource": column.refers, "fields": [TABLES[column.refers].key[0]]},
        }
        for column in spec.columns
        if column.refers and column.kind != "list"
    ]
    if links:
        schema["foreignKeys"] = links
    return {
        "name": spec.name,
        "title": spec.title,
        "path": path.name,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if column.required:
        limits["required"] = True
    if column.choices:
        limits["enum"] = list(column.choices)
    if column.low is not None:
        limits["minimum"] = column.low
    if column.high is not None:
        limits["maximum"] = column.high
    out: dict[str, Any] = {"name": column.name, "type": _TYPES.get(column.kind, "string")}
    return out | ({"constraints": limits} if limits else {})


def check_descriptor(folder: Path, headers: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Compare `datapackage.json` with the files beside it.

    Args:
        folder: The package.
        headers: The column names of each table as read, by table name.

    Example:
        >>> print(check_descriptor(Path("no-such-folder"), {})[0].message)
        the file does not exist
    """
    file = str(folder / NAME)
    document, findings = _read(folder)
    if findings:
        return findings
    for key in _REQUIRED:
        if not document.get(key):
            findings.append(Finding(f"no '{key}'", f"add '{key}'", file))
    resources = document.get("resources")
    if not isinstance(resources, list) or not all(isinstance(r, dict) for r in resources):
        return [*findings, Finding("'resources' is no list of objects", "list the tables", file)]
    described = {str(resource.get("name")): resource for resource in resources}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in described:
            hint = did_you_mean(path.stem, set(described)) or "add it to resources"
            findings.append(Finding(f"{path.name} is not described", hint, file))
    for name, resource in described.items():
        findings += _check_resource(folder, name, resource, headers.get(name), file)
    return findings


def _read(folder: Path) -> tuple[dict[str, Any], list[Finding]]:
    """Read the descriptor: ({}, findings) when it is no JSON object."""
    file = str(folder / NAME)
    data, findings = read_bytes(folder / NAME)
    if data is None:
        return {}, findings
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return {}, [Finding("the file is not UTF-8", "save it as UTF-8", file)]
    except json.JSONDecodeError as error:
        where = (file, error.lineno, error.colno)
        return {}, [Finding(f"not JSON: {error.msg}", "mend it here", *where)]
    except RecursionError:
        return {}, [Finding("nested too deeply", "check that this is the right file", file)]
    if not isinstance(document, dict):
        return {}, [Finding("not a JSON object", "start with { and name, version, ...", file)]
    return document, []


def _check_resource(
    folder: Path, name: str, resource: Mapping[str, Any], header: Sequence[str] | None, file: str
) -> list[Finding]:
    path = folder / Path(str(resource.get("path", ""))).name
    if not path.is_file():
        message = f"resource '{name}': no file '{resource.get('path')}'"
        return [Finding(message, "add the file, or remove the resource", file)]
    findings = []
    data, found = read_bytes(path)
    if data is None:
        return found if name not in TABLES else []  # tables are read, and told about, anyway
    stated = resource.get("hash")
    actual = "sha256:" + hashlib.sha256(data).hexdigest()
    if stated != actual:
        message = f"resource '{name}': {path.name} has changed since it was described"
        fix = f"review it, then: chokegraph data describe {folder}"
        findings.append(Finding(message, fix, file))
    elif resource.get("bytes") not in (None, len(data)):
        message = f"resource '{name}': 'bytes' is not {len(data)}"
        findings.append(Finding(message, f"set bytes to {len(data)}", file))
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list):
        message = f"resource '{name}': no schema with fields"
        return [*findings, Finding(message, "describe its columns", file)]
    names = [field.get("name") for field in fields if isinstance(field, dict)]
    if header is not None and names != list(header):
        wrong = [str(n) for n in names if n not in header] + [n for n in header if n not in names]
        shown = ", ".join(dict.fromkeys(wrong)) or "their order"
        message = f"resource '{name}': fields differ from the header of {path.name}: {shown}"
        findings.append(Finding(message, "make fields and header the same", file))
    return findings
