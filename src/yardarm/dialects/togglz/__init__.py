"""Togglz: features that are on or off, or active by one of its activation strategies.

`read` takes any of

- the text of a properties file (`FEATURE = true`, `FEATURE.strategy`, `FEATURE.param.NAME`), of a
  file of features (`FEATURE=Label;true;Group`), of Spring Boot's `application.properties`, or, with
  the option `layout` `"ini"`, of a Togglz file as Flagon read it;
- Spring Boot's `application.yml`, parsed: ``{"togglz": {"features": {…}}}``;
- rows of the table: ``{"tables": {"togglz": [row, …]}}``;
- hashes of Redis: ``{"redis": {"togglz:FEATURE": {…}}}``;
- ``{"FEATURE": {"enabled", "strategyId", "parameters"}}`` or ``{"files": {"FEATURE": {…}}}``, as S3
  and GCS hold them;
- documents of MongoDB, items of DynamoDB (with or without marks of type, also under ``Items``),
  entities of the Datastore, or what the actuator answers: a list of objects.

A context's `key` is the name of Togglz's user. What Togglz reads from the request, the server or
the JVM is asked of attributes: `roles`, `client_ip`, `server_ips`, `x_features`, `query`,
`server_name`, `system_properties`, `environment_properties`, `config_properties`, `profiles`,
`app_version`.

Options of `read`:

- `layout`: which of the layouts a source has, where its shape leaves that open;
- `gradual`: `"feature"` (the default) hashes user and feature; `"user"` the user alone, as releases
  before the end of 2014 did;
- `utc_offset`: the zone of the old JVM for release dates, such as `"+02:00"`; UTC without it;
- `strategies`: `"did"` (the default) or `"said"`, for ids of strategies with spaces around them;
- `encoding`: `"did"` (the default: ISO 8859-1, as Java reads properties) or `"said"` (UTF-8);
- `params`: `"lines"` or `"ampersands"`, for parameters in rows; without it, by their looks;
- `prefix`: of keys in Redis, `"togglz:"` if not said.

Options of `write`: `layout` (that of the source, or `"properties"`) and `utc_offset`.
"""

from __future__ import annotations

from ..base import Dialect, did_or_said
from .read import NAME, read
from .write import write

DIALECT = Dialect(NAME, "Togglz", read, write, choices=did_or_said("encoding", "strategies"))
