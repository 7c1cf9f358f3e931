// Gives ours.excalidraw to Excalidraw's own `restore` and says which elements it changed.
//
// In an empty folder: npm install @excalidraw/excalidraw@0.18.1 react@18 react-dom@18 esbuild puppeteer-core
// then: node .../restore.mjs FILE.excalidraw (it needs Chromium at /usr/bin/chromium).
import { writeFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const here = process.cwd();
const from = createRequire(join(here, "package.json"));
const esbuild = from("esbuild");
const puppeteer = from("puppeteer-core");

writeFileSync("entry.js", 'import * as excalidraw from "@excalidraw/excalidraw"; window.excalidraw = excalidraw;');
writeFileSync("page.html", '<!doctype html><meta charset="utf-8"><script src="bundle.js"></script>');
await esbuild.build({
  entryPoints: ["entry.js"],
  bundle: true,
  outfile: "bundle.js",
  conditions: ["production"],
  define: { "process.env.NODE_ENV": '"production"', "process.env.IS_PREACT": '"false"' },
  loader: { ".woff2": "dataurl" },
  logLevel: "error",
});

const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(pathToFileURL(join(here, "page.html")).href);
const text = readFileSync(process.argv[2], "utf8");
const changed = await page.evaluate((text) => {
  const file = JSON.parse(text);
  const sorted = (value) =>
    JSON.stringify(value, (_, inner) =>
      inner && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    );
  const restored = window.excalidraw.restore(structuredClone(file), null, null);
  const changed = [];
  if (restored.elements.length !== file.elements.length) changed.push(`${restored.elements.length} elements are left`);
  file.elements.forEach((element, index) => {
    const [was, is] = [sorted(element), sorted(restored.elements[index])];
    if (was !== is) changed.push(`was ${was}\nis  ${is}`);
  });
  if (sorted(restored.files) !== sorted(file.files)) changed.push("files");
  for (const [name, value] of Object.entries(file.appState))
    if (restored.appState[name] !== value) changed.push(`appState.${name}`);
  return changed;
}, text);
await browser.close();
console.log(changed.length === 0 ? "unchanged" : changed.join("\n"));
process.exit(changed.length === 0 ? 0 : 1);
