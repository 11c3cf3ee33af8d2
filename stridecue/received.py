"""Where a worker keeps what gateways send, sample by sample: a folder beside the store."""

RECEIVED = "received"
