"""The public site, made of one edition alone."""

from besa.portal.pages import render

__all__ = ["render"]
