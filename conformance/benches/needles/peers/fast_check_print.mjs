// Prints so many events for each of so many seeds.
import fc from "fast-check";
import { event } from "./fast_check.mjs";

const [seeds, events] = process.argv.slice(2).map(Number);
for (let seed = 0; seed < seeds; seed += 1) {
  const lines = [];
  // `check`, and not `sample`: its values grow with the run, as in a test.
  fc.assert(
    fc.property(event, (drawn) => {
      lines.push(JSON.stringify(drawn).toWellFormed?.() ?? JSON.stringify(drawn));
    }),
    { seed, numRuns: events },
  );
  if (!process.stdout.write(lines.join("\n") + "\n")) {
    await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
}
