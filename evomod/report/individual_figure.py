"""A circuit with its modules: those of the partition of greatest modularity Q."""

from __future__ import annotations

from matplotlib.figure import Figure

from evomod.networks.maximisation import maximise
from evomod.networks.network import Network
from evomod.report.circuit_drawing import draw_circuit


def plot_individual(network: Network, title: str = "", size: tuple[float, float] | None = None) -> Figure:
    """Draw a network, coloured by module; as `draw_circuit`, where no two different nodes are linked.

    Parameters
    ----------
    network : Network
    title : str
        Printed above, with Q.
    size : (width, height) in inches, optional
    """
    parts = network.parts()
    if not any(a != b for a, b in parts.edges):
        return draw_circuit(network, title, size)
    best = maximise(network)
    return draw_circuit(network, f"{title}{', ' if title else ''}Q = {best.q:.3f}", size, modules=best.partition)
