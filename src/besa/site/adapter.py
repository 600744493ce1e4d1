"""Accounts are made by an administrator; nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter


class NoSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False
