"""HTTP for the whole server: requests, problems, paging, SSE and the outer ASGI application."""
