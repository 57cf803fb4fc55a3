import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const SMALL = 1024;

/** Puts what is worth it beside itself once more, as the server sends it: `.br` and `.gz`. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir = "" }) {
      for (const name of readdirSync(join(dir, "assets"))) {
        const path = join(dir, "assets", name);
        if (!/\.(js|css|svg|json)$/.test(name) || statSync(path).size < SMALL) continue;
        const bytes = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/ui/",
  plugins: [react(), compressed()],
  build: {
    // hatch puts this folder into the wheel; the server serves it.
    outDir: "dist",
    target: "es2022",
    cssCodeSplit: true,
    // Every asset is a file: the Content-Security-Policy knows no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The second page is the frame that the server puts the documentation into.
    rolldownOptions: { input: ["index.html", "docs.html"] },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": "http://127.0.0.1:8080" },
  },
  test: { environment: "jsdom", pool: "vmThreads", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
