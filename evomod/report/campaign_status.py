"""How a campaign stands, for people."""

from __future__ import annotations

from typing import Any

from evomod.report.campaign_progress import N_ROWS, duration


def as_text(status: Any) -> str:
    """A `campaign.status.Status` as a small table."""
    plan, total = status.campaign.plan, status.total
    lines = [f"{status.campaign.folder}  ({plan.name})"]
    running = f", {total.running} running" if total.running else ""
    failed = f", {total.failed} failed" if total.failed else ""
    lines.append(f"  {total.done:,} of {total.asked:,} runs done{running}{failed}")
    if status.shards:
        which = "" if status.shards == ["1/1"] else f": shards {', '.join(status.shards)}"
        lines.append(f"  somebody is working at it{which}")
    if total.timed and total.left:
        mean = total.seconds / total.timed
        lines.append(
            f"  {duration(mean)} a run so far; the rest needs about {duration(mean * total.left)} of processor time"
        )
    if len(plan.cells) > 1:
        width = min(60, max(len(cell.label) for cell in plan.cells))
        lines.append(f"  {'':<{width}} {'done':>6} {'running':>7} {'failed':>6} {'of':>6}")
        for cell, tally in [*zip(plan.cells, status.cells, strict=True)][:N_ROWS]:
            label = cell.label if len(cell.label) <= width else cell.label[: width - 1] + "…"
            lines.append(
                f"  {label:<{width}} {tally.done:>6} {tally.running or '':>7} {tally.failed or '':>6} {tally.asked:>6}"
            )
        if len(plan.cells) > N_ROWS:
            lines.append(f"  … and {len(plan.cells) - N_ROWS} more settings (--json has all)")
    for run, folder, error in status.errors:
        lines.append(f"  run {run} ({folder}) failed: {error}")
    return "\n".join(lines)
