import { fallbackOf, type Asked, type Snippet } from "./asked.ts";
import { python, quoted } from "./quoting.ts";

/** Where the small web servers of the snippets listen. */
const OPEN = "http://127.0.0.1:5000/";

/** The lines that import and make a client. Its reports come each second, to be seen at once. */
function client({ url, key }: Asked, name: string): { imports: string[]; made: string } {
  const secret = key === null ? 'os.environ["YARDARM_SERVER_KEY"]' : quoted(key);
  return {
    imports: key === null ? ["import os"] : [],
    made: `${name} = Client(${quoted(url)}, ${secret}, report_seconds=1)`,
  };
}

function asking(asked: Asked, name: string): string {
  const { flag } = asked;
  const fallback = python(fallbackOf(asked));
  return `${name}.${flag.type}(${quoted(flag.key)}, {"key": "user-1"}, fallback=${fallback})`;
}

/** A program that goes on asking, and asks at once when the flag has changed. */
export function script(asked: Asked): Snippet {
  const { imports, made } = client(asked, "client");
  return {
    file: "hello.py",
    install: "",
    run: "python hello.py",
    open: "",
    code: lines(
      ...imports,
      "import time",
      "",
      "from yardarm import Client",
      "",
      made,
      "client.wait_ready(10)",
      "",
      "",
      "def ask(*_):",
      `    print(${asking(asked, "client")}, flush=True)`,
      "",
      "",
      "client.on_change(ask)  # called when a flag has changed",
      "while True:",
      "    ask()",
      "    time.sleep(5)",
    ),
  };
}

export function flask(asked: Asked): Snippet {
  const { imports, made } = client(asked, "flags");
  return {
    file: "hello.py",
    install: "pip install flask",
    run: "flask --app hello run --port 5000",
    open: OPEN,
    code: lines(
      ...imports,
      ...(imports.length > 0 ? [""] : []),
      "from flask import Flask",
      "from yardarm import Client",
      "",
      "app = Flask(__name__)",
      made,
      "",
      "",
      '@app.get("/")',
      "def hello():",
      `    return str(${asking(asked, "flags")})`,
    ),
  };
}

export function django(asked: Asked): Snippet {
  const { imports, made } = client(asked, "flags");
  return {
    file: "hello.py",
    install: "pip install django",
    run: "python hello.py runserver 5000 --noreload",
    open: OPEN,
    code: lines(
      ...imports,
      "import sys",
      "",
      "from django.conf import settings",
      "from django.core.management import execute_from_command_line",
      "from django.http import HttpResponse",
      "from django.urls import path",
      "from yardarm import Client",
      "",
      "settings.configure(DEBUG=True, ROOT_URLCONF=__name__)",
      made,
      "",
      "",
      "def hello(request):",
      `    return HttpResponse(str(${asking(asked, "flags")}))`,
      "",
      "",
      'urlpatterns = [path("", hello)]',
      'if __name__ == "__main__":',
      "    execute_from_command_line(sys.argv)",
    ),
  };
}

export function fastapi(asked: Asked): Snippet {
  const { imports, made } = client(asked, "flags");
  return {
    file: "hello.py",
    install: "pip install fastapi uvicorn",
    run: "uvicorn hello:app --port 5000",
    open: OPEN,
    code: lines(
      ...imports,
      ...(imports.length > 0 ? [""] : []),
      "from fastapi import FastAPI",
      "from yardarm import Client",
      "",
      "app = FastAPI()",
      made,
      "",
      "",
      '@app.get("/")',
      "async def hello():",
      "    # An answer comes from memory: there is nothing to await.",
      `    return ${asking(asked, "flags")}`,
    ),
  };
}

const DETAIL = {
  boolean: "boolean",
  string: "string",
  integer: "integer",
  number: "float",
  json: "object",
} as const;

/** OpenFeature's API over our client, evaluated in the program. */
export function openfeature(asked: Asked): Snippet {
  const { url, key, flag } = asked;
  const secret = key === null ? 'os.environ["YARDARM_SERVER_KEY"]' : quoted(key);
  const ask = `get_${DETAIL[flag.type]}_value(${quoted(flag.key)}, ${python(fallbackOf(asked))}, user)`;
  return {
    file: "hello.py",
    install: "pip install openfeature-sdk",
    run: "python hello.py",
    open: "",
    code: lines(
      ...(key === null ? ["import os"] : []),
      "import time",
      "",
      "from openfeature import api",
      "from openfeature.evaluation_context import EvaluationContext",
      "from openfeature.event import ProviderEvent",
      "from yardarm.integrations.openfeature import YardarmProvider",
      "",
      `provider = YardarmProvider(${quoted(url)}, ${secret}, report_seconds=1)`,
      "api.set_provider_and_wait(provider)",
      "client = api.get_client()",
      'user = EvaluationContext("user-1")',
      "",
      "",
      "def ask(*_):",
      `    print(client.${ask}, flush=True)`,
      "",
      "",
      "client.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, ask)",
      "while True:",
      "    ask()",
      "    time.sleep(5)",
    ),
  };
}

function lines(...given: string[]): string {
  return `${given.join("\n")}\n`;
}
