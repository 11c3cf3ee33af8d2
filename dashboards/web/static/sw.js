// Keeps the page's own files, so that it opens without a network. Figures are never kept.
// VERSION and FILES are written above by the server.

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const shell = pathname.startsWith("/static/") || pathname.startsWith("/run/");
  if (event.request.method !== "GET" || origin !== location.origin || !shell) return;
  event.respondWith(fromNetworkElseKept(event.request));
});

async function fromNetworkElseKept(request) {
  const cache = await caches.open(VERSION);
  try {
    const answer = await fetch(request);
    if (answer.ok) cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
