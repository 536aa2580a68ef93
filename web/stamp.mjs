// Writes down which sources the built script and style were made from, as `sha256sum` would: a test of the
// Rust crate compares, so that a report never carries a page that its sources don't describe.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const assets = "../crates/stanch-report/assets";
const fixed = [".npmrc", "package-lock.json", "package.json", "stamp.mjs", "tsconfig.json", "vite.config.js"];
const sources = readdirSync("src").map((name) => `src/${name}`);
const built = ["report.css", "report.js"].map((name) => `${assets}/${name}`);
const lines = [...built, ...fixed, ...sources].sort().map((path) => {
  const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
  return `${digest}  ${path}\n`;
});
writeFileSync(`${assets}/SOURCES.sha256`, lines.join(""));
