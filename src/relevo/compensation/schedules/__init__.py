"""Schedules of compensation of countries in which we do not port, as dated data."""
