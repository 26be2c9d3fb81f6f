"""Settings and their precedence: defaults < onrecord.toml < environment (ONRECORD_…) < options."""

import os
import tomllib
from dataclasses import dataclass, field, fields
from typing import Any

from archive.archive_folder import FORMAT_VERSION, ArchiveFolder
from archive.errors import ArchiveFolderError
from scrapers.webarchives.web_archive import WAYBACK, WebArchive, load_web_archives


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field per setting. ABOUT describes each; docs/settings.md is generated from it."""

    contact: str = ""
    proxy: str = ""
    memento_base: str = "http://127.0.0.1:8323/web/"
    engine: str = "whoosh"
    style: str = "plain"
    operator: str = ""
    # Tables [SOURCE]: values that a source's listings need, such as an approved application name.
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    # Tables [archives.NAME]: other web archives from which past pages can be fetched.
    archives: dict[str, WebArchive] = field(default_factory=lambda: {WAYBACK.name: WAYBACK})

    def of(self, source: str) -> dict[str, str]:
        """Return the values set for one source; {} for none."""
        return self.sources.get(source, {})


DESCRIPTIONS = {
    "contact": "a mail or web address, sent to every server so that it can reach you",
    "proxy": "http://… or socks5h://… for all requests (with socks5h the proxy resolves names)",
    "memento_base": "where your archive is served: the start of every archived address you cite",
    "engine": "the search engine's name",
    "style": "the default citation style",
    "operator": "who runs this archive, written into every WARC file; empty: not written",
}


def settings_template() -> str:
    """Return a new archive's onrecord.toml: every setting with its default, commented out."""
    lines = ["# OnRecord's settings for this archive. Uncomment a line to change it.", ""]
    lines += [f"format = {FORMAT_VERSION}  # of this folder; do not change", ""]
    defaults = {setting.name: setting.default for setting in fields(Settings)}
    for name, about in DESCRIPTIONS.items():
        lines += [f"# {about}", f'# {name} = "{defaults[name]}"', ""]
    lines += ["# what one source needs, under its name:", "# [reliefweb]", '# appname = "…"', ""]
    lines += ["# another web archive, for scrape --via NAME:", "# [archives.NAME]"]
    lines += ['# cdx = "https://…"', '# replay = "https://…/web/"', ""]
    return "\n".join(lines)


def load_settings(home: ArchiveFolder) -> Settings:
    """Return the settings of an archive; ArchiveFolderError for a key unknown or not text."""
    values: dict[str, Any] = tomllib.loads(home.settings.read_text(encoding="utf-8"))
    values.pop("format", None)
    sources = {key: values.pop(key) for key in list(values) if isinstance(values[key], dict)}
    archives = load_web_archives(sources.pop("archives", {}))
    for key, value in values.items():
        if key not in DESCRIPTIONS:
            names = ", ".join(sorted(DESCRIPTIONS))
            raise ArchiveFolderError(f"{home.settings}: no such setting: {key} (known: {names})")
        if not isinstance(value, str):
            raise ArchiveFolderError(
                f"{home.settings}: {key}: expected text in quotes, found {value!r}"
            )
    for key in DESCRIPTIONS:
        if (value := os.environ.get(f"ONRECORD_{key.upper()}")) is not None:
            values[key] = value
    return Settings(sources=sources, archives=archives, **values)
