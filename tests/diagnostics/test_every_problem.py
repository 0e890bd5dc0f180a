"""Every problem class has a code and a slug of its own, and a page that says both."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import quotarules
from quotarules.diagnostics.page import page, page_codes
from quotarules.diagnostics.problem import Problem


def problem_classes() -> list[type[Problem]]:
    found: list[type[Problem]] = []
    for module in pkgutil.walk_packages(quotarules.__path__, "quotarules."):
        if module.name.rsplit(".", 1)[-1].startswith("__"):
            continue
        for _, value in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(value, Problem) and value is not Problem and value.__module__ == module.name:
                found.append(value)
    return found


CLASSES = [found for found in problem_classes() if "code" in vars(found)]


def test_there_are_problems_to_look_at() -> None:
    assert CLASSES


def test_codes_are_well_formed_and_unique() -> None:
    codes = [found.code for found in CLASSES]
    assert [code for code in codes if not re.fullmatch(r"QR[0-9]{4}", code)] == []
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == []


def test_slugs_are_well_formed_and_unique() -> None:
    slugs = [found.slug for found in CLASSES]
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []
    assert sorted(slug for slug in set(slugs) if slugs.count(slug) > 1) == []


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(page_codes()) == sorted(found.code for found in CLASSES)


def test_every_code_stands_in_a_case_or_a_test() -> None:
    root = Path(__file__).parents[2]
    texts = [path for kind in ("md", "qr", "csv") for path in (root / "fixtures").rglob(f"*.{kind}")]
    texts += [path for path in (root / "tests").rglob("*.py") if path.name != Path(__file__).name]
    met = {code for path in texts for code in re.findall(rb"QR[0-9]{4}", path.read_bytes())}
    assert sorted(found.code for found in CLASSES if found.code.encode() not in met) == []


def test_every_page_begins_with_code_and_slug() -> None:
    wrong = [
        found.code
        for found in CLASSES
        if (text := page(found.code)) is not None and text.split("\n", 1)[0] != f"# {found.code} {found.slug}"
    ]
    assert wrong == []


def test_only_codes_have_pages() -> None:
    assert page("../problem") is None
    assert page("QR9998") is None
