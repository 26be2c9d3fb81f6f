"""Write the files of a pack into a folder or a ZIP file."""

import logging
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from archive import atomic_files
from archive.errors import StorageError

logger = logging.getLogger(__name__)

# The earliest date a ZIP file can state: packs have no date of their own.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_pack(files: Mapping[str, bytes], out: Path) -> Path:
    """Write a pack to `out`, a ZIP file if it ends in .zip, else a new folder; return `out`.

    StorageError if `out` exists.
    """
    if out.exists():
        raise StorageError(f"{out}: exists already")
    logger.info("writing a pack of %d files", len(files))
    if out.suffix.lower() == ".zip":
        atomic_files.replace_file(out, zip_pack(files))
        return out
    for name, data in files.items():
        mode = 0o700 if name == "verify.sh" else 0o600
        atomic_files.replace_file(out / name, data, mode=mode, durable=False)
    return out


def zip_pack(pack: Mapping[str, bytes]) -> bytes:
    """Return a pack as a ZIP file, the same bytes for the same pack; verify.sh comes first."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name in sorted(pack, key=lambda name: (name != "verify.sh", name)):
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o755 if name == "verify.sh" else 0o644) << 16
            zip_file.writestr(info, pack[name])
    return buffer.getvalue()
