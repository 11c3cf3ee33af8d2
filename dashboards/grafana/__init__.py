"""Grafana: five dashboards and their alerts as code, and what a container needs to run them."""
