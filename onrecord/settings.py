"""What a user may set: defaults < onrecord.toml < environment (ONRECORD_…) < options."""

import os
import tomllib
from dataclasses import dataclass, field, fields
from typing import Any

from archive.archive_folder import FORMAT_VERSION, ArchiveFolder
from archive.errors import ArchiveFolderError
from scrapers.webarchives.web_archive import WAYBACK, WebArchive, load_web_archives


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a setting. ABOUT says what each is for; docs/settings.md is made of it."""

    contact: str = ""
    proxy: str = ""
    memento_base: str = "http://127.0.0.1:8323/web/"
    engine: str = "whoosh"
    style: str = "plain"
    operator: str = ""
    # A table called like a source: what its listings need, say an approved application name.
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    # Tables [archives.NAME]: web archives of others that can be asked for publishers' past pages.
    archives: dict[str, WebArchive] = field(default_factory=lambda: {WAYBACK.name: WAYBACK})

    def of(self, source: str) -> dict[str, str]:
        """Return what is set for one source."""
        return self.sources.get(source, {})


ABOUT = {
    "contact": "a mail or web address, sent to every server so that it can reach you",
    "proxy": "http://… or socks5h://… for all requests (socks5h leaves names to the proxy)",
    "memento_base": "where your archive is served: the start of every archived address you cite",
    "engine": "which search engine",
    "style": "the citation style used when none is asked for",
    "operator": "who runs this archive, written into every WARC file; empty means withheld",
}


def template() -> str:
    """Return a new archive's onrecord.toml: every setting there, commented, as it is by default."""
    lines = ["# OnRecord's settings for this archive. Uncomment a line to change it.", ""]
    lines += [f"format = {FORMAT_VERSION}  # of this folder; leave it", ""]
    defaults = {setting.name: setting.default for setting in fields(Settings)}
    for name, about in ABOUT.items():
        lines += [f"# {about}", f'# {name} = "{defaults[name]}"', ""]
    lines += ["# what one source needs, under its name:", "# [reliefweb]", '# appname = "…"', ""]
    lines += ["# another web archive, for scrape --via NAME:", "# [archives.NAME]"]
    lines += ['# cdx = "https://…"', '# replay = "https://…/web/"', ""]
    return "\n".join(lines)


def load(home: ArchiveFolder) -> Settings:
    """Read the settings of an archive; HomeError names a key that is unknown or no text."""
    said: dict[str, Any] = tomllib.loads(home.settings.read_text(encoding="utf-8"))
    said.pop("format", None)
    sources = {key: said.pop(key) for key in list(said) if isinstance(said[key], dict)}
    archives = load_web_archives(sources.pop("archives", {}))
    for key, value in said.items():
        if key not in ABOUT:
            known = ", ".join(sorted(ABOUT))
            raise ArchiveFolderError(f"{home.settings}: no such setting: {key} (known: {known})")
        if not isinstance(value, str):
            raise ArchiveFolderError(
                f"{home.settings}: {key}: expected text in quotes, found {value!r}"
            )
    for key in ABOUT:
        if (value := os.environ.get(f"ONRECORD_{key.upper()}")) is not None:
            said[key] = value
    return Settings(sources=sources, archives=archives, **said)
