/**
 * Types that scripts share. They are checked, but not sent to readers, so words cost nothing here.
 * Scripts name them in their comments: `@import { Levels } from "../../types"`.
 */

/** The texts of scripts in the site's language, which a build takes from its catalogue in `theme/locales/`. */
export interface Messages {
  /** By the English text. */
  texts: Record<string, string>;
  /** By the English singular: a text for each of the language's plurals, by its CLDR name. */
  counted: Record<string, Record<string, string>>;
}

/** What stands for `{name}` in a text, by name. */
export type Values = Record<string, string | number>;

/** Numbers by the numbers of documents: the levels of a word there, or scores made of them. */
export type Scores = Map<number, number>;

/** The places of a stem in documents, by the numbers of these. */
export type Places = Map<number, Set<number>>;

/** The file `settings.json` of the index; `threadbook.search.entry` says what is what. */
export interface Settings {
  languages: string[];
  stemmers: string[];
  synonyms: Groups;
  labels: Record<string, Record<string, string>>;
  total: number;
  group: number;
  places: number;
  folder: string;
  shards: string[];
  filters: string[];
  stops: Record<string, number>;
  ask_url: string;
  ranking: Ranking;
  meaning?: MeaningFiles | null;
}

/** The files of a sentence encoder. */
export interface ModelFiles {
  layers: string;
  tokens: string;
}

/** What search by meaning loads; null where the site has none. Addresses are below the site's root. */
export interface MeaningFiles {
  languages: string[];
  dimensions: number;
  folder: string;
  encoder?: ModelFiles | null;
  /** The small one, which not every language has. */
  student?: ModelFiles | null;
  vocabulary: string;
  /** What tokens are: `words` with their parts (the default), or `pieces`. */
  tokens?: string;
  /** What the model reads before every text. */
  prefix?: string;
  /** How much is loaded for each model. */
  bytes: { encoder?: number; student?: number | null };
  /**
   * The vectors of documents: a file, or a folder of shards, in the index's folder. In the file, the last ones
   * are those of questions that the site does not answer.
   */
  vectors: { count: number; gaps?: number; file?: string; shards?: string; size?: number };
}

/** The constants of joining words and meaning, by the model that read the question. */
export interface Joined {
  /** How much the best score by words counts, and the most that the question's words could score. */
  words: number;
  match: number;
  share: number;
  threshold: number;
  gap: number;
  margin: number;
  width: number;
}

/** The constants of answering by words alone. */
export interface Alone {
  threshold: number;
  cut: number;
}

/** Which of the models read a question. */
export type ModelName = "student" | "encoder";

/** What meaning says of documents: the cosine of each with the question. */
export interface Meant {
  model: ModelName;
  cosine: (id: number) => number;
  /** The cosine with the nearest question that the site does not answer. */
  gap: number;
}

/** Results, and how sure it is that they answer the question. */
export interface Fused {
  hits: Hit[];
  confidence: number;
  isAnswered: boolean;
}

/** What a result shows of a document, which is all that the index keeps of its text. */
export interface Shown {
  /** The document's address, below the site's root. */
  at: string;
  kind: string;
  title: string;
  board?: string;
  topics?: string;
  state?: string;
  /** "1" for a thread that nobody has checked since it was taken over. */
  archived?: string;
  /** The day of the last change, as `2026-11-25`. */
  day?: string;
  /** The day on which somebody checked that the answer still holds. */
  checked?: string;
  fingerprint?: string;
  /** The short answer that an editor wrote. */
  summary?: string;
  /** The beginning of the best answer: whole sentences, a line for each block of the page. */
  answer?: string;
  /** The anchor of that answer on its page. */
  post?: string;
}

/** The constants of ranking; `threadbook.search.ranking` describes them. */
export type Ranking = Omit<typeof import("./assets/search/ranking.json"), "stop_words"> & {
  stop_words: Record<string, string[]>;
};

/** Phrases of stems that mean the same, in groups. */
export type Groups = string[][][];

/** Stems a word of one language. */
export type Stem = (word: string) => string;

/** A word of a question: as typed, its own stem, and all stems to look up with their factors. */
export interface Word {
  typed: string;
  own: string;
  stems: Map<string, number>;
  isStop?: boolean;
}

/**
 * A question: its words, the phrases that a result must have, and those that it must not have.
 * `said` is what was asked without these; `isFree` tells whether there are words outside of phrases.
 */
export interface Question {
  words: Word[];
  said: string;
  isFree: boolean;
  phrases: string[][];
  without: string[][];
}

/** A document that was found. */
export interface Hit {
  id: number;
  score: number;
}

/** For each filter the values of which a result must have one. */
export type Filters = Record<string, string[]>;

/** Returns a word's stem if it was looked for, else nothing. */
export type Match = (word: string) => string;

/** How results are chosen and ordered, and whether the last word is still being typed. */
export interface Asking {
  filters?: Filters;
  order?: string;
  unfinished?: boolean;
}

/** A word of a question, by its stems, and how much it says. */
export interface Weighted {
  stems: Set<string>;
  weight: number;
}

/** The card of the result that answers: what is below its title. */
export interface Card {
  draw(): HTMLElement[];
}

/** The constants of choosing a sentence; `threadbook.search.ranking` describes them. */
export interface Choosing {
  words: number;
  lead: number;
}

/** What a question found. */
export interface Answer {
  /** What was asked, without phrases' quotation marks and words with a minus. */
  said: string;
  /** The words that were asked for, without stop words. */
  words: Weighted[];
  choosing: Choosing;
  /** The order that was chosen; empty for the best first. */
  order: string;
  /** The best first, or in the order that was chosen. */
  hits: Hit[];
  /** What was found before filters. */
  found: Hit[];
  /** Whether anything seems to answer the question. */
  isAnswered: boolean;
  /** Whether what is not about the question was cut off. */
  isCut: boolean;
  /** The stems that were looked for. */
  stems: Set<string>;
  /** Tells the words to mark in results. */
  match: Match;
  /** Words that were taken for others, and the stems of those. */
  corrected: [word: string, stem: string][];
  /** Words that nothing is close to. */
  unknown: string[];
}

/** An answer, whether meaning has joined it (`off`: it never will), and the answer that comes later, if one does. */
export interface Answers {
  answer: Answer;
  meaning: "off" | "loading" | "done";
  late: Promise<Answers> | null;
}

/** What words found, with what joining it with meaning needs. */
export interface Found {
  answer: Answer;
  question: Question;
  asking: Asking;
  scores: Scores;
  /** The share of the question's words that each document has; what a word was taken for does not count. */
  known: Scores;
  /** The most that the question's words could score. */
  possible: number;
  /** What documents must be, by phrases and words with a minus. */
  fits: (id: number) => boolean;
}

/** What a reader did once: when, in milliseconds since 1970, and a value; null takes it back. */
export type Entry = [at: number, value: any];

/**
 * Entries by their names. `seen:<thread>`, `done:<thread>` and `kept:<thread>` hold the thread's
 * title, its fingerprint and the topics it is `in`; `check:<key>` the choices and whether they
 * were right, and of a check that was passed its box, its path and the fingerprint of the thread
 * that explains it (`reader/recall.js`); `path` the path that was followed last.
 */
export type Entries = Record<string, Entry>;

/** What became of a file: why it was not taken, with what the reader should know, or how many entries are new. */
export type Refusal = { problem: "" | "damaged" | "newer" | "other" | "large" | "entry"; detail: string; count: number };

/** Why nothing can be stored, or what is wrong with what was stored. */
export type Problem = "forbidden" | "full" | "newer" | "damaged";
