"""Accounts are made by an administrator; nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter

from besa.base.words import N_


class NoSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False


#: What the sign-in library says to people here; it speaks no Albanian, so our catalogues hold these.
SPOKEN = (
    N_("Username"), N_("Code"), N_("Authenticator code"), N_("Current Password"), N_("New Password"),
    N_("New Password (again)"), N_("Incorrect code."), N_("Incorrect password."), N_("Invalid login."),
    N_("The username and/or password you specified are not correct."),
    N_("Too many failed login attempts. Try again later."), N_("This account is currently inactive."),
    N_("Please type your current password."), N_("You must type the same password each time."),
    N_("The new value must be different from the current one."), N_("Use authenticator app or code"),
    N_("Use your password"), N_("You cannot deactivate two-factor authentication."),
    N_("You cannot generate recovery codes without having two-factor authentication enabled."),
    N_("Be patient, you are sending too many requests."), N_("You have signed out."),
    N_("Successfully signed in as %(name)s."), N_("Password successfully changed."),
    N_("A new set of recovery codes has been generated."), N_("Authenticator app activated."),
    N_("Authenticator app deactivated."),
)  # fmt: skip
