// Runs the browser's encoder in Node: a command as JSON on the standard input, what comes of it as JSON.
import { readFileSync } from "node:fs";

const { assets, folder, texts, ids, vectors, damage, asked, how } = JSON.parse(readFileSync(0, "utf8"));
const { Encoder } = await import(`${assets}/search/meaning/encoder.js`);
const { Pieces } = await import(`${assets}/search/meaning/pieces.js`);
const { Tokeniser } = await import(`${assets}/search/meaning/tokens.js`);

/** @param {string} name */
function read(name) {
  const content = readFileSync(`${folder}/${name}`);
  return content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength);
}

const module = await WebAssembly.compile(readFileSync(`${assets}/search/meaning/kernel.wasm`));
const vocabulary = readFileSync(`${folder}/vocabulary.txt`, "utf8");
const said = {};

if (texts) {
  const names = vocabulary.trimEnd().split("\n");
  const tokeniser = how?.tokens === "pieces" ? new Pieces(names, how.prefix ?? "") : new Tokeniser(names);
  said.ids = texts.map((text) => tokeniser.encode(text, 64));
}
if (ids) {
  const encoder = await Encoder.open(module, read("layers.bin"), read("tokens.bin"), vocabulary);
  said.vectors = ids.map((each) => Array.from(encoder.encodePlaces(each)));
  if (vectors) {
    encoder.takeVectors(read("vectors.bin"), vectors);
    said.cosines = Array.from(encoder.score());
  }
}
if (asked) {
  const encoder = await Encoder.open(module, read("layers.bin"), read("tokens.bin"), vocabulary, how);
  said.asked = asked.map((text) => Array.from(encoder.encode(text)));
}
if (damage) {
  // Each is a file, where it is changed, and to what; `at` < 0 cuts the file, > its length makes it longer.
  said.errors = [];
  for (const { file, at, value } of damage) {
    const files = { "layers.bin": read("layers.bin"), "tokens.bin": read("tokens.bin") };
    if (at < 0) files[file] = files[file].slice(0, at);
    else if (at >= files[file].byteLength) {
      const longer = new Uint8Array(at);
      longer.set(new Uint8Array(files[file]));
      files[file] = longer.buffer;
    }
    if (value !== undefined) new DataView(files[file]).setInt32(at, value, true);
    try {
      const encoder = await Encoder.open(module, files["layers.bin"], files["tokens.bin"], vocabulary);
      encoder.encode("one two three");
      said.errors.push("");
    } catch (error) {
      said.errors.push(error.message);
    }
  }
}
process.stdout.write(JSON.stringify(said));
