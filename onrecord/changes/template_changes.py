"""Recognise what a template did to many pages at once: one event, not an edit of each. Pure.

A publisher adds “Sign up to our weekly letter.” to every page. In one visit the same whole block
comes or goes on at least three pages, and on at least half of those read: that is a change of the
template. What else changed on one of these pages stays an edit of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from archive.models import Version
from archive.news_item import BlockChange, NewsItem, NewsKind, PageEdit
from archive.text.fingerprint import normalize_text

MIN_PAGES = 3
_MAX_SHOWN_CHARS = 100  # of a block, in the sentence about it


@dataclass(frozen=True, slots=True)
class VersionEdit:
    """The news of an edit, and the versions before and after it."""

    item: NewsItem
    before: Version
    after: Version


@dataclass(frozen=True, slots=True)
class TemplateChanges:
    """The template events of one visit, and the keys of the edits that they explain wholly."""

    events: tuple[NewsItem, ...] = ()
    explained: frozenset[str] = frozenset()


def find_template_changes(edits: Sequence[VersionEdit], pages_read: int) -> TemplateChanges:
    """Return the template events among the edits of one visit to a source.

    `pages_read` is how many pages the visit read, changed or not.
    """
    blocks_of = [_changed_blocks(edit) for edit in edits]
    edits_with: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, blocks in enumerate(blocks_of):
        for block in blocks:
            edits_with[block].append(index)
    by_edits: defaultdict[tuple[int, ...], list[tuple[str, str]]] = defaultdict(list)
    for block, indexes in edits_with.items():
        page_count = len({edits[index].item.capture_after for index in indexes})
        if page_count >= max(MIN_PAGES, pages_read / 2):
            by_edits[tuple(indexes)].append(block)
    template_blocks = {block for blocks in by_edits.values() for block in blocks}
    explained = {
        edit.item.key
        for edit, blocks in zip(edits, blocks_of, strict=True)
        if template_blocks & blocks.keys() and _is_explained(edit, template_blocks)
    }
    events = [
        _event(
            [edits[index].item for index in indexes],
            explained,
            {block: blocks_of[indexes[0]][block] for block in blocks},
            pages_read,
        )
        for indexes, blocks in by_edits.items()
    ]
    return TemplateChanges(tuple(events), frozenset(explained))


def _changed_blocks(edit: VersionEdit) -> dict[tuple[str, str], str]:
    """Return the blocks that came or went, as printed, by (insert or delete, normalized text)."""
    old_counts, new_counts = Counter(_keys(edit.before)), Counter(_keys(edit.after))
    printed = {
        normalize_text(line): line
        for version in (edit.before, edit.after)
        for line in version.reading.text.splitlines()
    }
    return {
        (op, key): printed[key]
        for op, counts in (("delete", old_counts - new_counts), ("insert", new_counts - old_counts))
        for key in counts
    }


def _keys(version: Version) -> list[str]:
    return [key for line in version.reading.text.splitlines() if (key := normalize_text(line))]


def _is_explained(edit: VersionEdit, template_blocks: set[tuple[str, str]]) -> bool:
    """Say whether, but for the template's blocks, both versions have one title and one text."""
    titles = [
        normalize_text(version.reading.title).casefold() for version in (edit.before, edit.after)
    ]
    before, after = _keys(edit.before), _keys(edit.after)
    old_counts, new_counts = Counter(before), Counter(after)
    removed = {
        key: count
        for key, count in (old_counts - new_counts).items()
        if ("delete", key) in template_blocks
    }
    added = {
        key: count
        for key, count in (new_counts - old_counts).items()
        if ("insert", key) in template_blocks
    }
    return titles[0] == titles[1] and _without(before, removed) == _without(after, added)


def _without(keys: Sequence[str], dropped: dict[str, int]) -> list[str]:
    """Return `keys` without so many of the last ones of each that is `dropped`."""
    remaining = Counter(dropped)
    kept: list[str] = []
    for key in reversed(keys):
        if remaining[key] > 0:
            remaining[key] -= 1
        else:
            kept.append(key)
    return kept


def _event(
    items: Sequence[NewsItem],
    explained: Collection[str],
    blocks: dict[tuple[str, str], str],
    pages_read: int,
) -> NewsItem:
    first = items[0]
    changes = tuple(BlockChange(op, text) for (op, _), text in blocks.items())
    identity = "\0".join(sorted(f"{op} {key}" for op, key in blocks))
    page_count = len({item.capture_after for item in items})
    verbs = {"insert": "added", "delete": "removed"}
    actions = "; ".join(f"{verbs[change.op]} “{_shortened(change.text)}”" for change in changes)
    return NewsItem(
        key=f"template:{first.source}:{sha256(identity.encode()).hexdigest()[:16]}"
        f":{first.capture_after}",
        when=max(item.when for item in items),
        kind=NewsKind.TEMPLATE,
        source=first.source,
        detail=f"on {page_count} of {pages_read} pages: {actions}",
        blocks=changes,
        pages=tuple(
            PageEdit(
                statement=item.statement,
                before=item.before,
                after=item.after,
                capture_before=item.capture_before,
                capture_after=item.capture_after,
                is_edited=item.key not in explained,
            )
            for item in items
        ),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[: _MAX_SHOWN_CHARS - 1]}…"
