"""The page of a problem's code: what `quotarules explain QR4103` prints."""

import re
from importlib.resources import files

_CODE = re.compile(r"QR[0-9]{4}", re.ASCII)


def is_code(text: str) -> bool:
    """Whether a text is written like the code of a problem."""
    return _CODE.fullmatch(text) is not None


def page(code: str) -> str | None:
    """The Markdown text of a code's page, or None where there is no such code."""
    if not is_code(code):
        return None
    found = files("quotarules.diagnostics").joinpath("pages", f"{code}.md")
    return found.read_text(encoding="utf-8") if found.is_file() else None


def page_codes() -> tuple[str, ...]:
    """All codes that have a page, in order."""
    folder = files("quotarules.diagnostics").joinpath("pages")
    names = (entry.name for entry in folder.iterdir()) if folder.is_dir() else ()
    return tuple(sorted(name[: -len(".md")] for name in names if name.endswith(".md")))
