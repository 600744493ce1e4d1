"""Who works here, and in which role for which election."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from besa.base.words import Role
from besa.ledger.fields import WordField


class User(AbstractUser):
    """A person at the desk. `monitor_name` ("Monitor 07") is what exports show."""

    LEDGER_EXEMPT = ("last_login", "password")

    monitor_name = models.CharField(max_length=40, blank=True)
    languages = models.JSONField(default=list, blank=True)
    interface_language = models.CharField(max_length=10, default="en")
    demo = models.BooleanField(default=False)


class Knock(models.Model):
    """How often something was tried at the Door in one span of time. `key` is a keyed hash: no address is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)


class DoorSalt(models.Model):
    """The secret of one day that those hashes are made with; once it is gone they lead back to nobody."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)


class Membership(models.Model):
    """A role in one election (by slug: elections live further down the house); '' means all."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    election = models.CharField(max_length=60, blank=True)
    role = WordField([r for r in Role if r not in (Role.BELT, Role.DOOR)])
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "election", "role"], name="one_role_once"),
        ]
