from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "besa.site"
    label = "besa_site"
