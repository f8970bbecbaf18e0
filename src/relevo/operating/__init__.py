"""Running a site: how it does (metrics, health, logs, traces), and what to do where it ails."""
