"""The WSGI entry point that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ntm.environment import refuse_unservable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ntm.settings")

application = get_wsgi_application()
if not settings.DEBUG:
    refuse_unservable(settings.STATIC_ROOT, settings.MEDIA_ROOT)
