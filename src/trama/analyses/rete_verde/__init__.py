"""Rete Verde Metropolitana: where to act first, with which actions, in which order to finance them."""

from trama.analyses.rete_verde.run import Network, plan_network, plan_network_whole

__all__ = ["Network", "plan_network", "plan_network_whole"]
