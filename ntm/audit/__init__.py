"""What happened, append only. Other apps import from `ntm.audit.log` and `ntm.audit.registry`."""
