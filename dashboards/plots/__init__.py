"""Pictures of stored runs as plain plotly figures, each with a sentence for who cannot see it."""
