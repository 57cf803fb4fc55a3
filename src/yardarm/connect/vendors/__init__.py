"""The vendors' own SDKs, asked in process and without a network: what `--verify` compares with."""
