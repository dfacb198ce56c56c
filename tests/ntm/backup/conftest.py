"""One office with something in every table, and its backup; made once for all tests of this folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Tables
from tests.ntm.backup.sites import Site, Sites

#: Rows that are hard to carry, a key that was given out and whose row is gone, and somebody who is signed in.
MORE = r"""
import json
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from ntm.jobs.models import Job
from ntm.accounts.models import User
hard = 'tab\t, dòng\n\r mới, \\N \\. “ngoặc” " \' e\u0301 \u200b 😀'
Group.objects.create(name=hard)
Group.objects.create(name='gone').delete()
values = {'none': None, 'large': 2**60, 'half': 0.5, 'z': {'b': 1, 'a': [True, hard]}, 'text': hard}
Job.objects.create(kind='x', title='x', asked_by=User.objects.first(), parameters=values, failure=hard)
client = Client()
client.force_login(User.objects.get(username='leader'), backend='communes.backends.AssignmentBackend')
client.get('/')
print(json.dumps([client.cookies['sessionid'].value, Session.objects.count()]))
"""


@dataclass(frozen=True)
class World:
    """`said`: what `seed_acceptance` printed; `cookie`: of a session that was open when the backup was made."""

    sites: Sites
    site: Site
    backup: Path
    said: dict[str, Any]
    cookie: str
    printed: str

    def password_of(self, username: str) -> str:
        return next(one["password"] for one in self.said["logins"] if one["username"] == username)


@pytest.fixture(scope="session")
def sites(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    made = Sites(tmp_path_factory.mktemp("sites"), tables)
    yield made
    made.remove()


@pytest.fixture(scope="session")
def world(sites: Sites) -> World:
    site = sites.migrated()
    said = json.loads(site.manage("seed_acceptance", "--seed=3"))
    (site.media / "jobs" / "live").mkdir(parents=True)
    (site.media / "jobs" / "live" / "1").write_text("a sign of life")
    cookie, sessions = site.script(MORE)
    assert sessions == 1
    backup = sites.folder / "one.zip"
    printed = site.manage("backup", str(backup))
    return World(sites, site, backup, said, cookie, printed)
