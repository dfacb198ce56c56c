"""The application with everything imported before gunicorn forks: a worker that replaces a killed one serves at
once, and a kill meets a save instead of a start."""

from django.urls import resolve

from ntm.wsgi import application
from tools.drill import protection

__all__ = ["application"]

resolve("/drill/save/")


if protection.OFF:
    protection.forget_versions()
