// Says what it is. Then it makes as many events as each line of its input says, checked against the schema or not, and
// answers how many seconds that took. The process stays: neither its start nor the first rounds, in which V8 still
// compiles, are anybody's pace.
import fs from "node:fs";
import readline from "node:readline";
import Ajv from "ajv/dist/2020.js";
import fc from "fast-check";
import { event } from "./fast_check.mjs";

// Not strict: the schema has examples and comments that Ajv has no use for.
const valid = new Ajv.default({ strict: false }).compile(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));

const { version } = JSON.parse(fs.readFileSync("node_modules/ajv/package.json", "utf8"));
console.log(`fast-check ${fc.__version}, Ajv ${version}`);

let seed = 0;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [what, count] = line.split(" ");
  const check = what === "checked" ? valid : () => true;
  seed += 1;
  const started = performance.now();
  fc.assert(fc.property(event, (drawn) => check(drawn)), { seed, numRuns: Number(count) });
  console.log((performance.now() - started) / 1000);
}
