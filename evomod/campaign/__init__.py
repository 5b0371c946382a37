"""Campaigns: many runs of many settings, on this machine or on a cluster, that end in one table.

`load` reads a campaign file, `Plan` and `Cell` say the same in Python, `run` carries one out, and `Campaign` is what
stands in its folder: what is done, and the table. A folder is one campaign's; what was finished is never run again.
"""

from evomod.campaign.controller import Outcome, run
from evomod.campaign.file import load
from evomod.campaign.folder import Campaign
from evomod.campaign.plan import Cell, Plan

__all__ = ["Campaign", "Cell", "Outcome", "Plan", "load", "run"]
