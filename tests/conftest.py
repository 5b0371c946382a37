"""Which tests come first."""

import pytest

LONGEST = ("test_warmup.py", "test_contingency.py", "test_readme.py", "test_nbvg_partners.py", "test_report_page.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that of several processes none is still busy when the others have nothing left to do."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
