"""Runs to look at: one HTML file with curves, circuits and lines of descent, that needs nothing but a browser."""

from __future__ import annotations

from evomod.report.page.writing import page_of, write_page

__all__ = ["page_of", "write_page"]
