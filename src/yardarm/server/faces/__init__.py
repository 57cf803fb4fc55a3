"""Wire protocols for SDKs. A face renders snapshots and knows neither the store nor its sisters."""
