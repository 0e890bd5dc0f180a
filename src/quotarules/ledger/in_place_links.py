"""Keys and links of tables whose rows are elsewhere: asked of all rows where they lie, told as for any table."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from quotarules.diagnostics.problem import Problem
from quotarules.ledger.columns import Column, target_of
from quotarules.ledger.keys import Links, followed_key, is_plain_key
from quotarules.ledger.lake import Key, Lake, Link, Offenders
from quotarules.ledger.problems import BrokenLink, DuplicateKey
from quotarules.ledger.read_table import KEY_JOINT, Draft
from quotarules.records import dataclass
from quotarules.values.schema import ColumnSpec


@dataclass(frozen=True, slots=True)
class Asked:
    """A link of a table that is elsewhere, as it is asked about and as it is told."""

    draft: Draft
    column: ColumnSpec
    link: Link
    target: str
    target_column: str


def bring_keys(links: Links, lake: Lake) -> None:
    """The keys of tables elsewhere that rows here lead to: those that are there, for links to be followed as ever."""
    for draft in links.drafts.values():
        if draft.held is None or len(draft.spec.key) != 1 or draft.spec.key[0] not in draft.held.columns:
            continue
        asking = [
            other.columns[column.name].values.drop_null()
            for other in links.drafts.values()
            for column in other.spec.columns
            if column.target == draft.spec.name and column.name in other.columns
        ]
        if asking:
            key = draft.spec.key[0]
            values = pc.unique(pa.chunked_array(asking).combine_chunks())
            draft.columns[key] = Column(lake.present(draft.held, key, values))
            links.followed[draft.spec.name, key] = draft.columns[key]


def links_of(links: Links, draft: Draft) -> list[Asked]:
    """The links of a table elsewhere that can be followed: those whose targets were read."""
    found: list[Asked] = []
    for column in draft.spec.columns:
        if column.target is None or draft.held is None or column.name not in draft.held.columns:
            continue
        target = target_of(links.schema, column)
        by, other = target.key[0], links.drafts[target.name]
        label = other.file_column(by)
        if other.held is not None:
            if by in other.held.columns:
                link = Link(draft.held, column.name, (other.held, by))
                found.append(Asked(draft, column, link, target.name, label))
            continue
        reference = other.columns.get(by)
        key = reference if is_plain_key(target, by) else followed_key(links, other, target)
        if reference is not None and key is not None:
            values = pc.unique(reference.values).drop_null()
            found.append(Asked(draft, column, Link(draft.held, column.name, values), target.name, label))
    return found


def check_links(asked: Sequence[Asked], lake: Lake) -> list[Asked]:
    """Adds a problem for each row whose link leads nowhere; gives the links of which some do."""
    broken: list[Asked] = []
    for one, found in zip(asked, lake.broken([one.link for one in asked]), strict=True):
        if found.count:
            broken.append(one)
        _add_broken(one, found)
    return broken


def _add_broken(asked: Asked, found: Offenders) -> None:
    findings = asked.draft.findings
    name = asked.draft.file_column(asked.column.name)
    told: list[tuple[int, Problem]] = []
    for place, number in enumerate(found.numbers):
        value, row = found.values[0].text_at(place), findings.named(number)
        told.append((number, BrokenLink(findings.file, row, name, value, asked.target, asked.target_column)))
    findings.add_told(found.count, told)


def check_keys(drafts: Sequence[Draft], broken: Sequence[Asked], lake: Lake) -> None:
    """Adds a problem for each row of a table elsewhere that has its key like an earlier one."""
    asked = [(draft, key) for draft in drafts if (key := _key(draft, broken)) is not None]
    for (draft, _), found in zip(asked, lake.repeated([key for _, key in asked]), strict=True):
        findings, names = draft.findings, draft.spec.key
        label = ", ".join(draft.file_column(name) for name in names)
        told: list[tuple[int, Problem]] = []
        for place, (number, first) in enumerate(zip(found.numbers, found.firsts, strict=True)):
            value = f" {KEY_JOINT} ".join(column.text_at(place) for column in found.values)
            row, before = findings.named(number), findings.named(first)
            told.append((number, DuplicateKey(findings.file, row, label, value, before)))
        findings.add_told(found.count, told)


def _key(draft: Draft, broken: Sequence[Asked]) -> Key | None:
    """What is to be asked of a key; a row whose link leads nowhere has no whole one."""
    held, names = draft.held, draft.spec.key
    if held is None or draft.spec.line_key or any(name not in held.columns for name in names):
        return None
    links = [one.link for one in broken if one.draft is draft and one.column.name in names]
    if held.seams is not None:
        links.append(Link(held, names[0], pa.array(held.seams, held.kinds[names[0]])))
    return Key(held, names, tuple(links)) if held.seams != () else None
