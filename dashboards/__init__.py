"""Where people and other systems look: pages, store, MQTT, reports."""
