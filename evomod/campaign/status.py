"""How a campaign stands, seen from its folder alone, whoever is working at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evomod.campaign import journal
from evomod.campaign.folder import Campaign
from evomod.campaign.progress import Tally
from evomod.lineage.folder import LOCK, is_locked

N_ERRORS = 5


@dataclass(frozen=True)
class Status:
    """A campaign at one moment.

    Attributes
    ----------
    cells : a `Tally` each
    shards : those that somebody is at, as far as this machine can tell
    errors : number, folder and error of runs that failed, the first few
    """

    campaign: Campaign
    cells: list[Tally]
    shards: list[str] = field(default_factory=list)
    errors: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        """All cells together."""
        return Tally.sum(self.cells)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plan, total = self.campaign.plan, self.total
        return {
            "folder": str(self.campaign.folder),
            "name": plan.name,
            **_counts(total),
            "seconds": total.seconds,
            "controllers": self.shards,
            "cells": [
                {"levels": dict(cell.levels), **_counts(tally)}
                for cell, tally in zip(plan.cells, self.cells, strict=True)
            ],
            "errors": [{"run": run, "folder": folder, "error": error} for run, folder, error in self.errors],
        }


def _counts(tally: Tally) -> dict[str, int]:
    return {"runs": tally.asked, "done": tally.done, "running": tally.running, "failed": tally.failed}


def status(campaign: Campaign) -> Status:
    """Look at the journals and the locks."""
    plan = campaign.plan
    cells = [Tally(asked=plan.runs) for _ in plan.cells]
    found, errors = campaign.places(), []
    for place in found.values():
        tally = cells[place.cell]
        tally.done += place.finished
        tally.failed += not place.finished
        tally.timed += place.finished
        tally.seconds += place.seconds
    for k, tally in enumerate(cells):
        locks = (campaign.folder / "runs" / plan.cell_name(k)).glob(f"*/{LOCK}")
        tally.running = sum(is_locked(path.parent) for path in locks)
    failed = {run: place for run, place in found.items() if not place.finished}
    for line in journal.lines(dict(sorted(failed.items())[:N_ERRORS])):
        errors.append((line["run"], plan[line["run"]].folder, line["error"]))
    return Status(campaign, cells, campaign.is_running(), errors)
