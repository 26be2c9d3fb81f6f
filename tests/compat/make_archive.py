"""Make archive-2026-11.tar.gz, and what the program that made it says of it. Not to be run again.

Made by the program as of commit 05eff68, in a clone of it that had this folder put into its tests:

    python -m tests.compat.make_archive

Everything in it is invented: the sample publisher's editions, further editions of its site
(panel_later.py), a court, another web archive and a timestamp authority that answer behind a proxy
on 127.0.0.1 (invented_web.py), and texts in four languages. It needs `openssl`, and no network.

A later program must open what an earlier one made. Whoever wants more in such an archive makes
another one beside this one; this one stays as it is, and so do the answers in `expected/`.
"""

import gzip
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.compat.invented_web import COPIES, STAMPS, authority, proxy
from tests.compat.panel_later import SAMPLE, edition, editions, record
from tests.compat.test_archive_made_before import asked, promised, unpacked

HERE = Path(__file__).parent
PACKED = HERE / "archive-2026-11.tar.gz"

SETTINGS = f"""format = 1
memento_base = "https://archive.halden.example/web/"
operator = "The Halden Documentation Group (invented)"

[archives.halden]
replay = "{COPIES}/web/"
cdx = "{COPIES}/cdx"
"""

COURT_SOURCE = """# A court that we made up.
title = "Court of Tarnmoor (invented)"
publisher = "Republic of Tarnmoor"
issuer = "Court of Tarnmoor"
homepage = "http://court.tarnmoor.example/"
languages = ["en"]
licence = "Invented for OnRecord; Apache-2.0"
kind = "ruling"
delay_seconds = 1
expected_minimum = 2
pages = 'http://court\\.tarnmoor\\.example/rulings/tc-\\d+(?:-final)?\\.html'

[[listings]]
way = "feed"
urls = ["http://court.tarnmoor.example/rulings.rss"]

[[layouts]]
version = 3
reads = "html"
identity = { select = ".docket", pattern = 'TC/\\d+/\\d+' }
title = "h1"
issued = "time @datetime"
text = "main"
drop = ".note"
"""


TEXTS = [
    {
        "id": "assembly:en-1",
        "source": "Meridian Assembly (invented)",
        "date": "2024-04-02",
        "title": "Delegate of Northmarch, 14th meeting",
        "lang": "en",
        "text": "The Panel urged us to “release every person held without charge at the Ostrel "
        "Street facility”. There is no such facility.\nWe do not detain people without charge.",
    },
    {
        "id": "assembly:fr-1",
        "source": "Meridian Assembly (invented)",
        "date": "2024-04-02",
        "title": "Délégué de Tarnmoor, 14e séance",
        "lang": "fr",
        "text": "Nous n’avons jamais fermé l’île aux familles. Les détenus reçoivent des visites.",
    },
    {
        "id": "assembly:zh-1",
        "source": "Meridian Assembly (invented)",
        "date": "2024-04-03",
        "title": "第十四次会议",
        "lang": "zh",
        "text": "我们不同意关闭渡口。家属有权探视。",
    },
    {
        "id": "assembly:ar-1",
        "source": "Meridian Assembly (invented)",
        "date": "2024",
        "title": "الجلسة الرابعة عشرة",
        "lang": "ar",
        "text": "نَطلب فتح الملف. لم يُسمح للعائلات بالزيارة.",
    },
]


def made(work: Path) -> Path:
    """Make the archive in folder `work`; return where it is."""
    archive, files, partner = work / "archive", work / "editions", work / "partner"
    panel, seven = "meridian_panel", "meridian_panel:PD_2024_7"
    subprocess.run([sys.executable, SAMPLE / "pack.py", files], check=True)

    def does(*words: str | Path, where: Path = archive, via: str = "") -> str:
        print("$ onrecord", shlex.join(map(str, words)), file=sys.stderr)  # noqa: T201
        env = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD")}
        done = subprocess.run(
            [sys.executable, "-m", "onrecord", "--archive", where, *words],
            env=env | ({"ONRECORD_PROXY": via} if via else {}),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    does("init")
    (archive / "onrecord.toml").write_text(SETTINGS)
    shutil.copy(SAMPLE / "meridian_panel.toml", archive / "sources")
    (archive / "sources/tarnmoor_court.toml").write_text(COURT_SOURCE)

    # Watches, and what happened to what they watch.
    does("scrape", panel, "--from", files / "panel-2024-03-05.warc.gz")
    does("watch", "quote", "refused entry to the facility")
    does("watch", "add", '"held without charge"')
    does("watch", "add", "to be removed")
    does("watch", "remove", "3")
    does("watch", "source", panel)
    does("watch", "source", "tarnmoor_court")
    does("watch", "to", "json://alerts.halden.example/onrecord", "--digest", "24")
    does("scrape", panel, "--from", files / "panel-2024-05-20.warc.gz")
    does("watch", "check", "--no-tell")
    later = work / "later"
    later.mkdir()
    for day in editions():
        edition(day, later)
    does("scrape", panel, "--from", later)
    does("watch", "check", "--no-tell")

    with proxy(authority(work / "authority")) as via:
        # Two visits by the schedule, of which the second finds the feed unchanged.
        does("run", "tarnmoor_court", "--no-tell", via=via)
        does("run", "tarnmoor_court", "--no-tell", via=via)
        does("schedule", "pause", panel)
        does("scrape", panel, "--via", "halden", via=via)

        # Texts, and evidence of others.
        texts = work / "assembly.jsonl.gz"
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in TEXTS)
        texts.write_bytes(gzip.compress(lines.encode(), mtime=0))
        does("import", texts)
        other = work / "crawl-of-others.warc.gz"
        page = ("200 OK", b"<title>Mill</title><p>The mill is closed.</p>", "")
        other.write_bytes(
            gzip.compress(record("2023-09-01", "https://mill.halden.example/", page), mtime=0)
        )
        does("import", "--evidence-only", other)

        # What a person decided.
        waits = [json.loads(line) for line in does("quarantine", "list", "--json").splitlines()]
        for each in waits:
            if "pd-2024-15" in each["url"]:
                does("quarantine", "accept", each["capture"], "--reason", "they withdrew it")
            elif "pd-2024-11" in each["url"]:
                does("quarantine", "reject", each["capture"], "--reason", "maintenance")
        does("erase", "meridian_panel:PD_2024_9", "--reason", "asked to", "--who", "us", "--yes")
        note = "its second paragraph"
        does("link", "meridian_panel:PD_2024_11", "quotes", seven, "--note", note)
        does("link", "assembly:en-1", "responds-to", seven)
        does("link", "tarnmoor_court:TC_2026_1", "corrects", seven)
        does("link", "tarnmoor_court:TC_2026_1", "corrects", seven, "--withdraw")
        does("watch", "check", "--no-tell")

        # The log: an authority, a partner, another key.
        roots = work / "authority/root.pem"
        does("checkpoint", "--authority", "halden", STAMPS, roots, "--stamp", via=via)
        does("init", where=partner)
        does("import", "--evidence-only", other, where=partner)
        for one, two in ((archive, partner), (partner, archive)):
            key = json.loads(does("keys", "list", "--json", where=one))["key"]
            does("witness", "add", key, where=two)
            does("witness", "add", does("witness", "key", where=two).strip(), where=one)
            (work / "shown").write_text(does("checkpoint", where=one))
            (work / "seen").write_text(does("witness", "cosign", work / "shown", where=two))
            does("witness", "verify", work / "seen", where=one)
        does("keys", "rotate")
        does("checkpoint", "--stamp", via=via)

    does("search", "detained")
    does("verify", "--deep")
    return archive


def packed(archive: Path) -> bytes:
    """Return the archive as one file, in which nothing is said of the machine."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in [archive, *sorted(archive.rglob("*"))]:
            name = path.relative_to(archive.parent).as_posix()
            if path.name.endswith("lock"):
                continue
            entry = tar.gettarinfo(path, name)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = 0
            with path.open("rb") if path.is_file() else io.BytesIO() as data:
                tar.addfile(entry, data if path.is_file() else None)
    return gzip.compress(out.getvalue(), 9, mtime=0)


# What is asked about it.

SEVEN = "meridian_panel:PD_2024_7"
ALTERED = "We urge the authorities to release each person held without a charge"
QUESTIONS = {
    "search-phrase": """search '"held without charge"' --newest --json""",
    "search-phrase-in-parts": """search '"every person … where they are"' --newest --json""",
    "search-stems": "search detain --newest --json",
    "search-stems-of-its-language": "search 'lang:fr visite' --json",
    "search-fields": """search 'source:tarnmoor_court kind:ruling "opened"' --json""",
    "search-dates": "search 'issuer:panel after:2024-05-20 before:2024-06' --newest --json",
    "search-all-versions": """search '"no such facility"' --all-versions --newest --json""",
    "search-without-spaces": "search 关闭渡口 --json",
    "search-vowel-marks": """search '"نطلب فتح الملف"' --json""",
    "search-whole-pages": """search --page '"Not an official record"' --newest --json""",
    "search-facets": "search panel --facets --newest --limit 1 --json",
    "search-erased": """search '"Corvin Hale"' --json""",
    "show-version": f"show {SEVEN}@8c7bb631b225 --json",
    "show-of-another-archive": "show meridian_panel:PD_2024_2 --json",
    "show-erased": "show meridian_panel:PD_2024_9 --json",
    "versions": f"versions {SEVEN} --json",
    "versions-of-which-one-was-accepted": "versions meridian_panel:PD_2024_15 --json",
    "diff": f"diff {SEVEN} --json",
    "diff-of-a-negation": "diff meridian_panel:PD_2024_2 --json",
    "cite-plain": f"cite {SEVEN} --style plain --quote 'refused entry'",
    "cite-bibtex": f"cite {SEVEN} --style bibtex",
    "cite-csl-json": "cite tarnmoor_court:TC_2026_1 --style csl-json",
    "cite-transcript": "cite assembly:en-1 --style plain",
    "check-exact": "check --json --quote 'They serve in their own right and are not staff'",
    "check-altered": f"check --json --quote '{ALTERED}'",
    "quotes": f"quotes {SEVEN} --json",
    "places": f"places {SEVEN} --json",
    "places-in-gzip": "places tarnmoor_court:TC_2026_3 --quote adjourns --json",
    "link": "link --json",
    "watch-list": "watch list --json",
    "watch-news": "watch news --json",
    "watch-alerts": "watch alerts --json",
    "quarantine-list": "quarantine list --rejected --json",
    "coverage": "coverage meridian_panel --since 2024-05-17 --until 2024-05-28 --json",
    "status": "status --json",
    "keys-list": "keys list --json",
    "verify": "verify --json",
    "verify-deep": "verify --deep --json",
    "export": "export --format jsonl -",
}


def record_answers() -> None:
    """Write what this program answers, each time about a fresh copy, without what is volatile."""
    for name, question in QUESTIONS.items():
        words = shlex.split(question)
        with tempfile.TemporaryDirectory() as folder:
            answer = asked(unpacked(Path(folder)), words)
        said = promised(words, answer.stdout)
        lines = [each if isinstance(each, str) else compact(each) for each in said]
        text = f"$ onrecord {question}\nexit {answer.code}\n{''.join(lines)}"
        (HERE / f"expected/{name}.txt").write_text(text)


def compact(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PACKED.write_bytes(packed(made(Path(folder))))
    record_answers()
