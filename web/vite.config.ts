import { readFileSync } from "node:fs";
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

// What the built pages contain of others, whose licences ask to be told along. ONNX Runtime's own files keep their header.
const licences: Plugin = {
  name: "licences",
  apply: "build",
  generateBundle() {
    const texts = ["react", "react-dom", "scheduler"].map(
      (name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8")}`,
    );
    const source = `${texts.join("\n\n")}\n\nonnxruntime-web\n\n${MICROSOFT}`;
    this.emitFile({ type: "asset", fileName: "assets/LICENSES.txt", source });
  },
};

// Its package carries no licence file, and says MIT in package.json.
const MICROSOFT = `MIT License

Copyright (c) Microsoft Corporation

${readFileSync("node_modules/react/LICENSE", "utf8").split("\n\n").slice(2).join("\n\n")}`;

export default defineConfig({
  base: "./", // works from any folder of any host
  plugins: [react(), contentSecurityPolicy, licences],
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
      // Not tests: figures for benchmarks/, pictures for docs/.
      ...["speed", "look"].map((name) => ({
        extends: true as const,
        test: { name, include: [`browser/**/*.${name}.ts`], testTimeout: 600_000, hookTimeout: 120_000 },
      })),
      {
        extends: true,
        test: {
          name: "browser",
          include: ["browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
