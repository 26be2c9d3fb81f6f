"""A run over loopback sites in a process of its own, which may be killed."""

import subprocess
import sys
from pathlib import Path

from tests.support.loopback_sites import LoopbackSite
from tests.support.paths import ROOT

_RUN = """
import os, signal, sys
from pathlib import Path
from archive.archive_folder import ArchiveFolder
from onrecord.run.run_due import run_due
from scrapers.fetch import http_client
from tests.support.loopback_sites import LoopbackAddress, site_context, site_environment

root, killed_while_judging, *sites = sys.argv[1:]
if killed_while_judging:
    judge = http_client.interpret_response
    def judge_or_die(block, *args, **options):
        if killed_while_judging.encode() in block:
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(block, *args, **options)
    http_client.interpret_response = judge_or_die
addresses = [LoopbackAddress(host, int(port), name) for host, port, name in map(str.split, sites)]
result = run_due(site_context(ArchiveFolder(Path(root)), addresses), site_environment(addresses))
print(*result.failed.items(), flush=True)
"""


def start_run(
    archive: Path, sites: list[LoopbackSite], *, killed_while_judging: str = ""
) -> "subprocess.Popen[str]":
    """Start a run; it kills itself when it judges a response that holds the given text."""
    words = [f"{site.host} {site.port} {site.name}" for site in sites]
    command = [sys.executable, "-c", _RUN, str(archive), killed_while_judging, *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
