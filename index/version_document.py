"""Make the search engine's documents of a version of a statement."""

from archive.catalogue.row_conversion import format_moment
from archive.models import Version
from index.engine_interface import Document, Layer


def version_document(
    version: Version, *, layer: Layer = "statement", text: str | None = None, current: bool = True
) -> Document:
    """Return one layer of a version as a document; `text` is the version's own where None."""
    reading = version.reading
    return Document(
        key=f"{version.id}#{layer}",
        version=version.id,
        statement=version.statement,
        source=version.source,
        issuer=reading.issuer,
        lang=reading.lang,
        kind=reading.kind,
        issued=reading.issued.value if reading.issued else "",
        title=reading.title,
        layer=layer,
        text=reading.text if text is None else text,
        current=current,
        seen=format_moment(version.first_seen),
        symbol=reading.identifier,
        url=reading.url,
    )
