// What all pages share: the link's token becomes a cookie, and calls to the server.

export const linkToken = () => decodeURIComponent(location.hash.slice(1));

// Pairs with the link's token; without one the pairing of an earlier visit is renewed.
export async function pair() {
  const token = linkToken();
  try {
    if (!token) {
      await fetch("/api/v1/session", { method: "PUT" });
      return;
    }
    const answer = await post("/api/v1/session", { token });
    if (answer.ok) history.replaceState(null, "", location.pathname); // keep the token off the screen
  } catch { /* no network: the page says so */ }
}

const sender = (method) => (path, body = {}) => fetch(path, {
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
  keepalive: true,
});

export const post = sender("POST");
export const put = sender("PUT");

export async function get(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
