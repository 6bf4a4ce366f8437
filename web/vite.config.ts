import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The server sends the same policy as a header (src/tachie/studio/guard.py); here it also holds for a static export,
// on any plain web host. ONNX Runtime compiles WASM: 'wasm-unsafe-eval' allows that and nothing else.
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob:; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build", // the development server writes scripts into the page
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
      injectTo: "head-prepend",
    },
  ],
};

export default defineConfig({
  base: "./", // works from any folder of any host
  plugins: [react(), contentSecurityPolicy],
  worker: { format: "es" },
  build: {
    outDir: "../src/tachie/studio/static",
    emptyOutDir: true,
    manifest: "manifest.json", // which files each page needs: read by export/site.py
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { studio: "studio.html", review: "review.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8377", "/models": "http://127.0.0.1:8377" } },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "speed",
          include: ["browser/**/*.speed.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
