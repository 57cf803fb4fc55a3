"""Work in a process of its own: `worker` is the server's side, `process` the other end.

For what takes long or much, or reads what strangers wrote: the event loop waits for nothing, and a
process that hangs or grows can be ended.
"""
