"""Pictures of stored runs as plain figures, each with a sentence for who cannot see it."""
