// @ts-check
/** What was read opens without network: tell the service worker what to keep, and the reader that they are offline. */

import { ROOT } from "./dom.js";
import { tell } from "./reader/reader.js";
import { _ } from "./words.js";

const SETTLED = 1500; // milliseconds after which a page has loaded what it needs

let last = "";

/** Keep the page that is shown, with the files that it loaded. */
export async function keep() {
  const page = location.origin + location.pathname;
  const { serviceWorker } = navigator;
  if (!serviceWorker || page === last) return;
  last = page;
  try {
    await serviceWorker.register(new URL("offline.js", ROOT), { scope: ROOT.href, updateViaCache: "none" });
    const { active } = await serviceWorker.ready;
    await new Promise((done) => setTimeout(done, SETTLED));
    const files = performance.getEntriesByType("resource").map(({ name }) => name);
    if (navigator.onLine) active?.postMessage({ page, files: files.filter((each) => each.startsWith(location.origin)) });
  } catch {
    // The browser does not allow it, as in some private windows. Everything else works.
  }
}

let close = () => {};

/** Say that one is offline, as long as that is so or until the reader closes it. */
function tellState() {
  close();
  if (!navigator.onLine) close = tell(_("You are offline. Pages you have already read on this device are still available."));
}

addEventListener("online", tellState);
addEventListener("offline", tellState);
tellState();
