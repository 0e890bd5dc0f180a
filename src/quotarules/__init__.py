"""quotarules: a small checked language for karma, SLA, team compensation and KPI pay."""

__version__ = "0.1.0"
