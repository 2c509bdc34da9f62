/** The site keeps nothing for use without network. An earlier build may have: this worker removes it, and itself. */
addEventListener("install", () => void skipWaiting());
addEventListener("activate", (event) => {
  const remove = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(`threadbook:${registration.scope}:`));
    await Promise.all(names.map((name) => caches.delete(name)));
    await registration.unregister();
  };
  event.waitUntil(remove());
});
