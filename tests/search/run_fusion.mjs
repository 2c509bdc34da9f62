// Runs the browser's formula in Node over the cases in the standard input; writes what comes of them as JSON.
import { readFileSync } from "node:fs";

const { assets, cases } = JSON.parse(readFileSync(0, "utf8"));
const { answerAlone, answerByMeaning, findShares } = await import(`${assets}/search/fusion.js`);

/** Documents have numbers here, in the order of their ids. */
const numbers = (given) => new Map(Object.entries(given).map(([id, value]) => [places.get(id), value]));
let places = new Map();
let ids = [];

function number(...some) {
  ids = [...new Set(some.flat())].sort();
  places = new Map(ids.map((id, place) => [id, place]));
}

const joined = cases.joined.map(({ candidates, scores, shares, cosines, kind, kinds, possible, gap, by }) => {
  number(candidates, Object.keys(scores), Object.keys(cosines));
  const [near, isOf] = [numbers(cosines), numbers(kind)];
  const parts = {
    scores: numbers(scores),
    shares: numbers(shares),
    cosine: (id) => near.get(id) ?? 0,
    kind: (id) => kinds[isOf.get(id)] ?? 0,
    gap: gap ?? -1,
  };
  const order = candidates.map((id) => places.get(id)).reverse();
  const { hits, confidence, isAnswered } = answerByMeaning(order, parts, possible, by);
  return { results: hits.map(({ id, score }) => [ids[id], score]), confidence, answered: isAnswered };
});

const alone = cases.alone.map(({ hits, shares, by }) => {
  number(hits.map(([id]) => id));
  const found = answerAlone(hits.map(([id, score]) => ({ id: places.get(id), score })), numbers(shares), by);
  return { results: found.hits.map(({ id }) => ids[id]), answered: found.isAnswered };
});

const shares = cases.shares.map(({ lists, missing, total, by }) => {
  number(lists.flatMap((list) => Object.keys(list)));
  const found = findShares(lists.map(numbers), missing, total, by);
  return Object.fromEntries([...found].map(([id, share]) => [ids[id], share]));
});

process.stdout.write(JSON.stringify({ joined, alone, shares }));
