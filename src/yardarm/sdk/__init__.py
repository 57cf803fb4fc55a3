"""The client that lives in other people's processes. Nothing but the standard library.

The public API is re-exported by `yardarm`. Pure machines take bytes, events and the time as
arguments: `sse`, `state`, `retry`, `counting`, `exposures`, `outbox`, `events`. `drivers` own
sockets, files and threads. `serving` holds what is being served, `client` is what people call.
"""
