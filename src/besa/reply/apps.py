from django.apps import AppConfig


class ReplyConfig(AppConfig):
    name = "besa.reply"
    label = "reply"
    default_auto_field = "django.db.models.BigAutoField"
