"""This room's slice of an election pack: election.toml, code.toml, areas, actors and accounts."""

from besa.pledge.pack.merge import Merge
from besa.pledge.pack.read import read
from besa.pledge.pack.slice import Pledge
from besa.pledge.pack.write import write

__all__ = ["Merge", "Pledge", "read", "write"]
