// Runs the browser's choice of sentences in Node over the tasks in the standard input; writes what comes of them as JSON.
import { readFileSync } from "node:fs";

const { assets, tasks } = JSON.parse(readFileSync(0, "utf8"));
const { listSentences, rankSentences, saysSame, splitSentences } = await import(`${assets}/search/sentences.js`);
const { makeFragment } = await import(`${assets}/search/fragments.js`);
const { loadStemmer } = await import(`${assets}/search/words.js`);
const stem = await loadStemmer("english");

/** What the page knows of a question: its words with their stems and weights. */
function read(words) {
  const weighted = words.map(({ stems, weight }) => ({ stems: new Set(stems), weight }));
  const every = new Set(words.flatMap(({ stems }) => stems));
  return { weighted, match: (word) => (every.has(stem(word)) ? stem(word) : "") };
}

const DOES = {
  split: ({ text, language }) => splitSentences(text, language),
  list({ text, words, language }) {
    const { weighted, match } = read(words);
    return listSentences(text, weighted, match, language);
  },
  rank: ({ sentences, cosines, by }) => rankSentences(sentences, cosines, by),
  same: ({ one, other }) => saysSame(one, other),
  fragment: ({ text, anchor }) => makeFragment(text, anchor),
  old: ({ text }) => {
    // As in a browser without `Intl.Segmenter`.
    const kept = Intl.Segmenter;
    delete Intl.Segmenter;
    const found = splitSentences(text);
    Intl.Segmenter = kept;
    return found;
  },
};

process.stdout.write(JSON.stringify(tasks.map(({ does, ...task }) => DOES[does](task))));
