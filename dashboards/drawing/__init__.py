"""Figures as SVG: what pages and reports show, drawn without any script."""
