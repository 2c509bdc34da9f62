// Reads [[search, parts], …] from standard input; writes what the browser makes of each.
import { listQueries, partOf } from "../../theme/assets/old-addresses.js";

let text = "";
for await (const part of process.stdin) text += part;
const made = JSON.parse(text).map(([search, parts]) => {
  return listQueries(search).map((query) => [query, partOf(query, parts)]);
});
process.stdout.write(JSON.stringify(made));
