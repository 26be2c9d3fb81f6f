"""The hashes that a WACZ package states of its files (WACZ 1.1.1, 5.2.1 and 5.3), to compare.

`datapackage.json` lists each file with its hash; `datapackage-digest.json`, where there is one,
has the hash of `datapackage.json` itself. Earlier versions wrote `stats.hash`; a hash without a
label is told by its length (Data Package, "hash": MD5 where nothing is said).
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from archive.errors import FormatError
from archive.warc.digests import hash_algorithm

MANIFEST, MANIFEST_DIGEST = "datapackage.json", "datapackage-digest.json"
_MAX_MANIFEST_BYTES = 64 << 20
_ALGORITHM_BY_LENGTH = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}


@dataclass(frozen=True, slots=True)
class StatedHash:
    """The hash of a file as a manifest states it."""

    algorithm: str  # hashlib's name
    value: str  # lower-case hex
    text: str  # as stated


@dataclass(frozen=True, slots=True)
class PackageManifest:
    """What a package states of its files; without a manifest nothing."""

    hashes: Mapping[str, tuple[StatedHash, ...]] = field(default_factory=dict)  # by file name
    problems: tuple[tuple[str, str], ...] = ()  # (file name, what is wrong with it)
    is_forged: bool = False  # the manifest is not the one whose hash the package states


def read_manifest(package: zipfile.ZipFile) -> PackageManifest:
    """Return what the manifest of `package` states; its own faults are in `problems`."""
    names = set(package.namelist())
    if MANIFEST not in names:
        return PackageManifest()
    problems = []
    try:
        data = _read_small(package, MANIFEST)
        if MANIFEST_DIGEST in names:
            try:
                problem = _check_manifest_itself(package, data)
            except FormatError as error:
                problems.append((MANIFEST_DIGEST, str(error)))
            else:
                if problem:
                    return PackageManifest(problems=((MANIFEST, problem),), is_forged=True)
        hashes = dict(_stated_hashes(_parse(data)))
    except FormatError as error:
        return PackageManifest(problems=(*problems, (MANIFEST, str(error))))
    return PackageManifest(hashes=hashes, problems=tuple(problems))


def wrong_hash(stated: tuple[StatedHash, ...], digests: Mapping[str, str]) -> str:
    """Return what is wrong with a file that has `digests`, by algorithm; "" for nothing."""
    for each_hash in stated:
        if digests[each_hash.algorithm] != each_hash.value:
            actual = f"{each_hash.algorithm}:{digests[each_hash.algorithm]}"
            return f"listed in {MANIFEST} as {each_hash.text}, found {actual}"
    return ""


def _check_manifest_itself(package: zipfile.ZipFile, manifest: bytes) -> str:
    stated = _parse(_read_small(package, MANIFEST_DIGEST))
    value = _parse_hash(stated.get("hash"))
    if value is None:
        return ""
    actual = hashlib.new(value.algorithm, manifest, usedforsecurity=False).hexdigest()
    if actual == value.value:
        return ""
    found = f"found {value.algorithm}:{actual}; nothing of the package is taken"
    return f"listed in {MANIFEST_DIGEST} as {value.text}, {found}"


def _read_small(package: zipfile.ZipFile, name: str) -> bytes:
    try:
        with package.open(name) as file:
            data = file.read(_MAX_MANIFEST_BYTES + 1)
    except RuntimeError as error:  # encrypted
        raise FormatError("", f"{name} to be readable", str(error)) from error
    if len(data) > _MAX_MANIFEST_BYTES:
        raise FormatError("", f"at most {_MAX_MANIFEST_BYTES} bytes, our limit", "more")
    return data


def _parse(data: bytes) -> dict[str, object]:
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormatError("", "a JSON object", str(error)[:100]) from error
    if not isinstance(value, dict):
        raise FormatError("", "a JSON object", type(value).__name__)
    return value


def _stated_hashes(manifest: dict[str, object]) -> Iterator[tuple[str, tuple[StatedHash, ...]]]:
    resources = manifest.get("resources", [])
    if not isinstance(resources, list):
        raise FormatError("resources", "a list", type(resources).__name__)
    by_name: dict[str, list[StatedHash]] = {}
    for resource in resources:
        if not isinstance(resource, dict) or not isinstance(resource.get("path"), str):
            continue
        stats = resource.get("stats")
        older = stats.get("hash") if isinstance(stats, dict) else None
        stated = by_name.setdefault(resource["path"].removeprefix("./").lstrip("/"), [])
        hashes = (_parse_hash(value) for value in (resource.get("hash"), older))
        stated += [value for value in hashes if value]
    yield from ((name, tuple(stated)) for name, stated in by_name.items())


def _parse_hash(value: object) -> StatedHash | None:
    """Return a stated hash; None for nothing, or an algorithm that we cannot compute."""
    if not isinstance(value, str):
        return None
    label, colon, digits = value.strip().rpartition(":")
    digits = digits.strip().lower()
    algorithm = hash_algorithm(f"{label}:") if colon else _ALGORITHM_BY_LENGTH.get(len(digits), "")
    return StatedHash(algorithm, digits, value.strip()) if algorithm and digits else None
