import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/ui/",
  plugins: [react()],
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
