"""What a user may set: defaults < onrecord.toml < environment (ONRECORD_…) < options."""

import os
import tomllib
from dataclasses import dataclass, fields
from typing import Any

from archive.errors import HomeError
from archive.home import FORMAT, Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a setting; docs/settings.md says what each is for, and a test holds it to that."""

    contact: str = ""
    proxy: str = ""
    memento_base: str = "http://127.0.0.1:8323/web/"
    engine: str = "whoosh"
    style: str = "plain"
    operator: str = ""


ABOUT = {
    "contact": "a mail or web address, sent to every server so that it can reach you",
    "proxy": "http://… or socks5h://… for all requests (socks5h leaves names to the proxy)",
    "memento_base": "where your archive is served, the start of every archived address you cite",
    "engine": "which search engine",
    "style": "the citation style used when none is asked for",
    "operator": "who runs this archive, written into every WARC file; empty means withheld",
}


def template() -> str:
    """Return a new archive's onrecord.toml: every setting there, commented, as it is by default."""
    lines = ["# OnRecord's settings for this archive. Uncomment a line to change it.", ""]
    lines += [f"format = {FORMAT}  # of this folder; leave it", ""]
    for setting in fields(Settings):
        lines += [f"# {ABOUT[setting.name]}", f'# {setting.name} = "{setting.default}"', ""]
    return "\n".join(lines)


def load(home: Home) -> Settings:
    """Read the settings of an archive; HomeError names a key that is unknown or no text."""
    known = {setting.name for setting in fields(Settings)}
    chosen: dict[str, Any] = tomllib.loads(home.settings.read_text(encoding="utf-8"))
    chosen.pop("format", None)
    for key, value in chosen.items():
        if key not in known:
            raise HomeError(f"{home.settings}: no such setting: {key} (known: {_list(known)})")
        if not isinstance(value, str):
            raise HomeError(f"{home.settings}: {key}: expected text in quotes, found {value!r}")
    for key in known:
        if (value := os.environ.get(f"ONRECORD_{key.upper()}")) is not None:
            chosen[key] = value
    return Settings(**chosen)


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))
