"""Files by their SHA-256: written once, hashed again at each reading."""

from besa.vault.store import Vault

__all__ = ["Vault"]
