"""A leaf shared by the edges: MQTT link, spool, outbox; bytes and topics, no records."""
