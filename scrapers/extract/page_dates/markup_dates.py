"""The dates that a page's markup states: meta elements, microdata, and what is printed.

Names of meta elements: Open Graph, Dublin Core (DCMI terms), Highwire Press, Parse.ly, Sailthru
and what content management systems write.
"""

from copy import deepcopy
from dataclasses import dataclass

from lxml.html import HtmlElement

from scrapers.extract.page_dates.date_labels import MODIFIED_LABEL, OTHER_LABEL
from scrapers.extract.page_dates.other_dates import MAX_BLOCK
from scrapers.extract.page_dates.page_regions import HEADINGS, PageRegions, classes_of, text_of
from scrapers.extract.page_dates.printed_dates import (
    StatedDate,
    printed_dates,
    stated_by,
)

_PUBLISHED_META = frozenset(
    {
        *("article:published_time", "og:article:published_time", "article:published"),
        *("og:published_time", "article.published", "datepublished", "rnews:datepublished"),
        *(
            "dcterms.issued",
            "dc.date.issued",
            "dc.issued",
            "dcterms.available",
            "dc.date.available",
        ),
        *("citation_publication_date", "citation_online_date", "citation_date"),
        *("sailthru.date", "parsely-pub-date", "pubdate", "publishdate", "publish-date"),
        *("publish_date", "publication_date", "publication-date", "publicationdate"),
        *("published-date", "published_date", "publisheddate", "date_published", "date-published"),
        *("article_date_original", "originalpublicationdate", "release_date", "releasedate"),
        *("article:publish_date", "article:publicationdate", "cxenseparse:recs:publishtime"),
        *(
            "cxenseparse:publishtime",
            "bt:pubdate",
            "rbpubdate",
            "shareaholic:article_published_time",
        ),
        *("dcsext.articlefirstpublished", "published", "published_at", "first_published"),
        *("dc.date.published", "article-publication-date", "prism.publicationdate"),
        *("analyticsattributes.articledate", "article:post_date", "published_time"),
    }
)
_DATE_META = frozenset(
    {
        "dc.date",
        "dcterms.date",
        "date",
        "dc.date.created",
        "dcterms.created",
        "dc.created",
        "created",
    }
)
_MODIFIED_META = frozenset(
    {
        *("article:modified_time", "og:updated_time", "og:modified_time", "datemodified"),
        *("dcterms.modified", "dc.date.modified", "dc.modified", "last-modified", "lastmod"),
        *("article:modified", "last_modified", "modified", "revised", "article:updated_time"),
    }
)
_FILES = frozenset(
    {"img", "picture", "source", "video", "audio", "svg", "iframe", "object", "embed", "link"}
)


@dataclass(frozen=True, slots=True)
class MarkupDates:
    """The dates that a page's markup states, the surest first."""

    meta: tuple[StatedDate, ...]  # of publication
    printed: tuple[StatedDate, ...]  # of publication
    labelled: tuple[StatedDate, ...]  # of those printed, the ones that a label says are
    near_title: tuple[StatedDate, ...]  # of those printed, the ones without a label
    dates: tuple[StatedDate, ...]  # meta elements that do not say of what the date is
    modified: tuple[StatedDate, ...]


def markup_dates(regions: PageRegions) -> MarkupDates:
    """Return the dates that the markup of a page states, in the order in which to believe them."""
    microdata = _microdata(regions, "datePublished") or _microformats(regions)
    printed = printed_dates(regions)
    return MarkupDates(
        meta=_meta_dates(regions, _PUBLISHED_META),
        printed=(*microdata, *printed.labelled, *printed.near_title),
        labelled=printed.labelled,
        near_title=printed.near_title,
        dates=_meta_dates(regions, _DATE_META),
        modified=(
            *_meta_dates(regions, _MODIFIED_META),
            *_microdata(regions, "dateModified"),
            *printed.modified,
        ),
    )


def without_other_dates(regions: PageRegions) -> HtmlElement:
    """Return a copy of a page without what has the dates of other pages, of changes, of copyright.

    Nor does it have pictures and links to files, whose addresses may have a day, and of meta
    elements it has those alone that are of publication.
    """
    page = deepcopy(regions.root)
    dropped: set[HtmlElement] = set()
    for element, copied in zip(regions.order, list(page.iter("*")), strict=True):
        parent = element.getparent()
        if parent in dropped:
            dropped.add(element)
        elif parent is not None and _has_other_date(element, regions):
            dropped.add(element)
            copied.drop_tree()
    return page


def _has_other_date(element: HtmlElement, regions: PageRegions) -> bool:
    if element.tag == "meta":
        return _meta_name(element) not in _PUBLISHED_META | _DATE_META
    if element.tag in _FILES:
        return True
    if element.tag in {"html", "head", "body", "article", "main", *HEADINGS}:
        return regions.is_other_article(element)
    if regions.is_elsewhere(element):
        return True
    if not 0 < regions.size(element) <= MAX_BLOCK or regions.has_structure(element):
        return False
    text = text_of(element)
    is_labelled = MODIFIED_LABEL.search(text) or OTHER_LABEL.search(text)
    return bool(is_labelled) or "updat" in classes_of(element)


def _meta_dates(regions: PageRegions, names: frozenset[str]) -> tuple[StatedDate, ...]:
    return tuple(
        StatedDate(content, "meta")
        for element in regions.root.iter("meta")
        if _meta_name(element) in names
        and not regions.is_elsewhere(element)
        and (content := " ".join((element.get("content") or "").split()))
    )


def _meta_name(element: HtmlElement) -> str:
    name = element.get("property") or element.get("name") or element.get("itemprop") or ""
    return name.strip().lower()


def _microformats(regions: PageRegions) -> tuple[StatedDate, ...]:
    """Return the date of the entry in hAtom or h-entry, if all name one day: else of several.

    Only those with a stamp: `<abbr class="published" title="2012-05-12T10:00:00+02:00">`. It may
    stand in the entry's footer, but in no comment and no other page's card.
    """
    stamps = [
        StatedDate(stamp, "time", text_of(element))
        for element in regions.root.iter("abbr", "time")
        if {"published", "dt-published"} & set((element.get("class") or "").split())
        and not regions.is_elsewhere(element)
        and (stamp := element.get("datetime") or element.get("title") or "")[:2].isdigit()
    ]
    return tuple(stamps) if len({stamp.printed[:10] for stamp in stamps}) == 1 else ()


def _microdata(regions: PageRegions, name: str) -> tuple[StatedDate, ...]:
    """Return the dates of a property in microdata, if they name one day: else of several works."""
    dates = [
        stated_by(element)
        for element in regions.with_property
        if f" {name} " in f" {element.get('itemprop')} "
        and element.tag != "meta"
        and not regions.is_elsewhere(element)
    ]
    return tuple(dates) if len({date.printed[:10] for date in dates}) == 1 else ()
