from django.apps import AppConfig


class PledgeConfig(AppConfig):
    name = "besa.pledge"
    label = "pledge"
    default_auto_field = "django.db.models.BigAutoField"
