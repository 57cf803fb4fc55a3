import { defineConfig } from "@hey-api/openapi-ts";

// The server's description of itself is the only thing that the dashboard knows of it.
export default defineConfig({
  input: "../docs/reference/openapi.json",
  output: { path: "src/client", clean: true },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});
