// Bundles every page of src/pages into dist/, with content-hashed names and dist/manifest.json to find them.
// Everything a page needs is copied here from the npm packages: the browser asks no third party for anything.
import { build, context } from "esbuild";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const PAGES = "src/pages";
const OUT = "dist";

const pages = (await readdir(PAGES)).filter((name) => name.endsWith(".ts"));

/** Writes dist/manifest.json: entry name -> { js, css }, plus the worker of the map. */
const manifest = {
  name: "manifest",
  setup(it) {
    it.onEnd(async (result) => {
      if (!result.metafile) return;
      const entries = {};
      for (const [path, output] of Object.entries(result.metafile.outputs)) {
        if (!output.entryPoint || !path.endsWith(".js")) continue;
        const name = basename(path).replace(/-[A-Z0-9]{8}\.js$/, "");
        entries[name] = {
          js: relative(OUT, path),
          css: output.cssBundle ? relative(OUT, output.cssBundle) : null,
        };
      }
      await writeFile(`${OUT}/manifest.json`, JSON.stringify(entries, null, 1) + "\n");
    });
  },
};

/** axe-core is only for the tests: copied beside the bundle, never linked from a page. */
async function copyAxe() {
  await writeFile(`${OUT}/axe.min.js`, await readFile("node_modules/axe-core/axe.min.js"));
}

/** Every script and style is laid beside its compressed twins, which the server hands out as they are. */
async function compress() {
  for (const name of await readdir(OUT)) {
    if (!/\.(js|css)$/.test(name) || name === "axe.min.js") continue;
    const body = await readFile(join(OUT, name));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    await writeFile(join(OUT, `${name}.br`), await promisify(brotliCompress)(body, quality));
    await writeFile(join(OUT, `${name}.gz`), await promisify(gzip)(body, { level: 9 }));
  }
}

const options = {
  entryPoints: [
    ...pages.map((name) => `${PAGES}/${name}`),
    { in: "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", out: "maplibre-worker" },
  ].map((entry) => (typeof entry === "string" ? { in: entry, out: basename(entry, ".ts") } : entry)),
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  sourcemap: false,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "assets/[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file" },
  logLevel: "info",
  plugins: [manifest],
};

await rm(OUT, { recursive: true, force: true });
if (process.argv.includes("--watch")) {
  const watching = await context(options);
  await watching.watch();
} else {
  await build(options);
  await compress();
}
await copyAxe();
