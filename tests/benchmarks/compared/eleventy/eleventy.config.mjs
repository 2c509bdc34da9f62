// Threads as pages, and lists of 50 by board and by topic, with a bare layout.
export default function (config) {
  const list = (threads, address, title) => {
    const pages = [];
    for (let start = 0; start < threads.length; start += 50) {
      const number = start / 50 + 1;
      const folder = (page) => (page > 1 ? `/${address}/page/${page}/` : `/${address}/`);
      pages.push({
        title,
        address: folder(number),
        next: start + 50 < threads.length ? folder(number + 1) : undefined,
        threads: threads.slice(start, start + 50).map((each) => ({
          title: each.data.title,
          url: each.url,
        })),
      });
    }
    return pages;
  };
  const named = (collection, key) => {
    const groups = new Map();
    for (const thread of collection.getFilteredByGlob("threads/**/*.md")) {
      for (const name of [thread.data[key]].flat()) {
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(thread);
      }
    }
    return [...groups].sort();
  };
  config.addCollection("lists", (collection) => [
    ...named(collection, "board").flatMap(([name, each]) => list(each, `threads/${name}`, name)),
    ...named(collection, "topics").flatMap(([name, each]) => list(each, `topics/${name}`, name)),
  ]);
  config.addGlobalData("layout", "thread.njk");
  config.setFrontMatterParsingOptions({ language: "yaml" });
  config.setQuietMode(true);
  return {
    dir: { output: "site" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
}
