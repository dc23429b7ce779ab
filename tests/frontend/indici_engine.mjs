// Reads a case on stdin, runs the page's engine, writes what it finds: the test beside compares it with the server's.
import { readFileSync } from "node:fs";
import { leaveOneOut, rankAll, uncertainty, uniforms } from "../../frontend/src/indici/engine.ts";

const { matrix, choices, plan } = JSON.parse(readFileSync(0, "utf-8"));
const found = choices.map((choice) => {
  const before = performance.now();
  const ranked = rankAll(matrix, choice);
  const middle = performance.now();
  const sure = uncertainty(matrix, choice, plan);
  const after = performance.now();
  return { ...ranked, ...sure, ...leaveOneOut(matrix, choice), ms: [middle - before, after - middle] };
});
process.stdout.write(JSON.stringify({ found, uniforms: Array.from(uniforms(plan.seed, 1000)) }));
