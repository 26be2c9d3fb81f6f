"""A small invented archive: a panel's statement, and similar statements of others."""

from index.engine_interface import Document
from index.quotes.resolve_quotation import Resolution, Resolver
from tests.support.memory_engine import Memory

PANEL = """\
The Panel on Disappearances today urged the authorities of Ruritania to put an end to the \
persecution of people held in secret because of whom they love, who are living in a climate of \
fear fuelled by hateful speeches of local officials.
These are acts of cruelty on a scale that the region has not seen, and they are serious \
breaches of the duties that Ruritania took on when it signed the Convention. We have asked the \
Government for its account of these events. It has not replied.
We call on the authorities to release at once everyone who is held without charge in the \
Northern District, to look into every case of abduction and ill-treatment without delay, and \
to see to it that those who did this answer for it. We condemn firmly the incitement to hatred \
by officials in the Northern District, and the so-called 'honour killings' that followed.
The labour camps at Zenda [the old mill] must be closed, and not one prisoner may be moved \
before 6 August."""
MINISTRY = """\
The Minister met the Panel on Tuesday. The talks were frank.
Nobody is held in secret in Ruritania, and nobody ever was. The Minister reportedly offered a \
visit."""
LAST_YEAR = (
    "The Panel repeats what it said: every prisoner has a name, and every name has a family."
)
THIS_YEAR = LAST_YEAR + " It will say so again."


def document(
    text: str, statement: str, *, issued: str = "2021-04-13",
    issuer: str = "Panel on Disappearances", current: bool = True, lang: str = "en",
    layer: str = "statement", version: str = "1",
) -> Document:  # fmt: skip
    return Document(
        key=f"{statement}@{version}#{layer}",
        version=f"{statement}@{version}",
        statement=statement,
        source="panel",
        issuer=issuer,
        lang=lang,
        kind="statement",
        issued=issued,
        title=statement,
        layer="page" if layer == "page" else "statement",
        text=text,
        current=current,
    )


def archive(*documents: Document) -> Memory:
    return Memory(
        [
            document(PANEL, "panel:1"),
            document(MINISTRY, "ministry:1", issuer="Ministry of Ruritania", issued="2021-04-14"),
            document(LAST_YEAR, "panel:2020", issued="2020-08-30"),
            document(THIS_YEAR, "panel:2021", issued="2021-08-30"),
            *documents,
        ]
    )


def resolve_quote(quote: str, *documents: Document) -> Resolution:
    return Resolver(archive(*documents)).resolve(quote)
