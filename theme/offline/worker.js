/**
 * The service worker: what was read opens without network. A build writes constants in front of this:
 * BUILD names the state of all scripts, styles and fonts, ASSETS has their hashes by address, INDEX
 * is the file that lists the search index, and WORDS are the texts of the page for what is not kept.
 *
 * The network always comes first, so nobody sees an old page while there is one. A page is kept only if
 * the site still is at this BUILD after it was loaded, and a file only if it has its hash; so a page of
 * one build never meets the files of another. An answer is taken from here only for a page from here,
 * or for one that is known to be of this build.
 */

const MOST_PAGES = 60;
const MOST_PICTURES = 60;
const LARGEST_PICTURE = 200_000; // bytes
const PREFIX = `threadbook:${registration.scope}:`;
const [PAGES, FILES, SEARCH] = ["pages", "files", "search"].map((kind) => `${PREFIX}${kind}:${BUILD}`);
const HOME = new URL("./", location.href);

/** Clients whose page came from the network and may be of another build. */
const unsure = new Set();
let isOutdated = false;

const within = (url) => url.origin === HOME.origin && url.pathname.startsWith(HOME.pathname);
const isPage = (url) => within(url) && url.pathname.endsWith("/");

/** The address of a file in ASSETS. */
const assetOf = (url) => Object.keys(ASSETS).find((name) => new URL(name, HOME).href === url.origin + url.pathname);

async function hash(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

/** Whether the site is at this build; if not, what is here serves nobody any more. */
async function isCurrent() {
  const found = await fetch(location.href, { cache: "no-store" });
  const isSame = found.ok && (await found.text()).includes(`BUILD = "${BUILD}"`);
  if (found.ok && !isSame) {
    isOutdated = true;
    void registration.update();
  }
  return isSame;
}

async function put(name, url, response, more = {}) {
  const headers = { "Content-Type": response.headers.get("Content-Type") ?? "", "X-Kept": `${Date.now()}`, ...more };
  await (await caches.open(name)).put(url, new Response(await response.blob(), { headers }));
}

/** Remove the oldest entries of a cache, as long as there are too many. */
async function trim(name, most, isCounted) {
  const cache = await caches.open(name);
  const found = [];
  for (const request of await cache.keys()) {
    if (isCounted(new URL(request.url))) found.push([Number((await cache.match(request)).headers.get("X-Kept")), request]);
  }
  found.sort(([one], [other]) => one - other);
  for (const [, request] of found.slice(0, Math.max(0, found.length - most))) await cache.delete(request);
}

async function keepPage(url) {
  const found = await fetch(url, { cache: "no-cache" });
  if (!found.ok || found.redirected || !found.headers.get("Content-Type")?.includes("html")) return false;
  const [title = ""] = (await found.clone().text()).match(/(?<=<title>)[^<]*/) ?? [];
  if (!(await isCurrent())) return false;
  await put(PAGES, url, found, { "X-Title": encodeURIComponent(title) });
  await trim(PAGES, MOST_PAGES, isPage);
  return true;
}

async function keepFile(url) {
  const name = assetOf(url);
  if (name && !(await caches.match(url.href, { cacheName: FILES }))) {
    const found = await fetch(url, { cache: "no-cache" });
    if (found.ok && (await hash(await found.clone().arrayBuffer())) === ASSETS[name]) await put(FILES, url.href, found);
  } else if (!name && within(url) && url.pathname.startsWith(`${HOME.pathname}images/`)) {
    const found = await fetch(url);
    if (found.ok && (await found.clone().blob()).size <= LARGEST_PICTURE) await put(PAGES, url.href, found);
    await trim(PAGES, MOST_PICTURES, (each) => !isPage(each));
  }
}

/** Keep the whole search index, once search was used; other states of it are removed. */
async function keepSearch() {
  const listed = await fetch(new URL(INDEX, HOME), { cache: "no-cache" });
  if (!listed.ok) return;
  const wanted = (await listed.json()).map((name) => new URL(name, HOME).href);
  const cache = await caches.open(SEARCH);
  for (const request of await cache.keys()) if (!wanted.includes(request.url)) await cache.delete(request);
  for (const url of wanted) {
    if (url.endsWith("settings.json") || !(await cache.match(url))) {
      const found = await fetch(url, { cache: "no-cache" });
      if (found.ok) await put(SEARCH, url, found);
    }
  }
}

/** A page tells what it loaded. */
async function keep({ page, files }, client) {
  const url = new URL(page);
  url.search = url.hash = "";
  if (!isPage(url) || isOutdated) return;
  if (!(await keepPage(url.href))) return;
  if (client) unsure.delete(client.id);
  for (const file of files) await keepFile(new URL(file)).catch(() => {});
  if (files.some((file) => file.split("?")[0] === new URL("search/settings.json", HOME).href)) await keepSearch();
}

const escape = (text) => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

/** The page that is shown for one that is not kept. */
async function tellWhatIsHere() {
  const cache = await caches.open(PAGES);
  const rows = [];
  for (const request of (await cache.keys()).reverse()) {
    if (!isPage(new URL(request.url))) continue;
    const title = decodeURIComponent((await cache.match(request)).headers.get("X-Title") ?? "");
    rows.push(`<li><a href="${escape(request.url)}">${title || escape(request.url)}</a></li>`); // as its page has it
  }
  const said = `<h1>${WORDS.offline}</h1><p>${rows.length ? WORDS.here : WORDS.nothing}</p><ul>${rows.join("")}</ul>`;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${WORDS.offline}</title>`;
  const page = `<!doctype html><html lang="${WORDS.language}" dir="${WORDS.direction}"><head>${head}</head><body><main>${said}</main></body></html>`;
  return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

async function answer(event) {
  const { request } = event;
  const url = new URL(request.url);
  const client = event.resultingClientId || event.clientId;
  try {
    const found = await fetch(request);
    if (isPage(url)) unsure.add(client);
    return found;
  } catch (error) {
    if (request.mode !== "navigate" && unsure.has(client)) throw error;
    let kept;
    for (const name of [PAGES, FILES, SEARCH]) kept ??= await caches.match(url.origin + url.pathname, { cacheName: name });
    if (kept) return kept;
    if (request.mode === "navigate") return tellWhatIsHere();
    throw error;
  }
}

addEventListener("install", () => void skipWaiting());

/** Take what earlier builds kept over into this one, and remove theirs. */
async function replaceOlder() {
  const older = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && !name.endsWith(`:${BUILD}`));
  const kept = [];
  for (const name of older) for (const { url } of await (await caches.open(name)).keys()) kept.push(new URL(url));
  for (const name of older) await caches.delete(name);
  await clients.claim();
  for (const client of await clients.matchAll()) unsure.add(client.id);
  for (const url of kept.filter(isPage).slice(-MOST_PAGES)) await keepPage(url.href).catch(() => {});
  for (const url of kept.filter((each) => !isPage(each))) await keepFile(url).catch(() => {});
  if (kept.some(({ href }) => href === new URL("search/settings.json", HOME).href)) await keepSearch().catch(() => {});
}

addEventListener("activate", (event) => event.waitUntil(replaceOlder()));

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === HOME.origin) event.respondWith(answer(event));
});

addEventListener("message", (event) => {
  event.waitUntil(keep(event.data, event.source).then(() => event.ports[0]?.postMessage("kept"), () => {}));
});
