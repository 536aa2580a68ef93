import { defineConfig } from "vite";

// One script and one style, without names that change from build to build: they are checked in beside the
// Rust crate that puts them into every report.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../crates/stanch-report/assets",
    emptyOutDir: false,
    target: "es2022",
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    reportCompressedSize: false,
    lib: {
      entry: "src/main.ts",
      formats: ["iife"],
      name: "stanch",
      fileName: () => "report.js",
      cssFileName: "report",
    },
  },
});
